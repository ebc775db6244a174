using System.Text.Json;
using Azure;
using Azure.Core;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>Reads <c>{"odata.error": {"code", "message": {"value"}}}</c>.</summary>
internal sealed class TableErrorParser : RequestFailedDetailsParser
{
    public override bool TryParse(Response response, out ResponseError? error, out IDictionary<string, string>? data)
    {
        data = null;
        error = Read(response);
        return error is not null;
    }

    public static ResponseError? Read(Response response)
    {
        if (response.ContentStream is not { Length: > 0 })
            return null;
        try
        {
            using JsonDocument body = JsonDocument.Parse(response.Content);
            if (!body.RootElement.TryGetProperty("odata.error", out JsonElement error))
                return null;
            string? message = error.TryGetProperty("message", out JsonElement text) && text.TryGetProperty("value", out JsonElement value)
                ? value.GetString()
                : null;
            return new ResponseError(error.GetProperty("code").GetString(), message);
        }
        catch (JsonException)
        {
            // Proxies and gateways answer in HTML: then the status is all there is.
            return null;
        }
    }
}
