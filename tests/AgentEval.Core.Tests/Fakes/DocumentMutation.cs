using System.Text.Json.Nodes;

namespace AgentEval.Core.Tests.Fakes;

internal static class DocumentMutation
{
    /// <summary>Replaces the value at the place numbered <paramref name="at"/> (modulo their count), in place.</summary>
    public static JsonNode? Replace(JsonNode? root, int at, JsonNode? value)
    {
        var places = new List<(JsonNode Parent, string Key, int Index)>();
        Collect(root, places);
        if (places.Count == 0)
        {
            return value;
        }

        var (parent, key, index) = places[at % places.Count];
        if (parent is JsonObject members)
        {
            members[key] = value;
        }
        else
        {
            parent.AsArray()[index] = value;
        }

        return root;
    }

    /// <summary>How many values stand below the root.</summary>
    public static int CountPlaces(JsonNode? root)
    {
        var places = new List<(JsonNode Parent, string Key, int Index)>();
        Collect(root, places);
        return places.Count;
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, string Key, int Index)> places)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (key, value) in members)
                {
                    places.Add((members, key, 0));
                    Collect(value, places);
                }

                break;
            case JsonArray items:
                for (var index = 0; index < items.Count; index++)
                {
                    places.Add((items, "", index));
                    Collect(items[index], places);
                }

                break;
        }
    }
}
