using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Agents;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Core.Suites;
using AgentEval.Core.Tests.Fakes;
using FsCheck;
using FsCheck.Fluent;

namespace AgentEval.Core.Tests.Json;

/// <summary>Whatever a user sends, the readers answer with problems.</summary>
public sealed class ReaderFuzzTests
{
    private static readonly string Seed = string.Join('\n', SampleDocuments.Suite, SampleDocuments.Agent.Replace("version: 1.0.0\n", "", StringComparison.Ordinal), "labels: { a: b }");

    private static readonly JsonNode Document = DocumentReader.Read(Seed).Value!;

    private static readonly Gen<byte[]> Bytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();

    private static readonly Gen<string> Noise = Gen.Elements(
        "{", "}", "[", "]", ":", ",", "\"", "'", "- ", "? ", "&a ", "*a", "!!str ", "|", ">", "#", "%YAML 1.1\n", "---\n", "...\n", "\n", "  ", "\t", "\u0000", "\ud83d",
        "\\ud83d", "\u2028", "\uFEFF", "1e999", "-", ".inf", "0x", "<<: ", "@", "`", "{{", "}}", "null", "a: ", "é");

    /// <summary>The seed with pieces of noise put in, and pieces cut out.</summary>
    private static readonly Gen<string> Mutated =
        from edits in (from at in Gen.Choose(0, Seed.Length - 1) from cut in Gen.Choose(0, 30) from noise in Noise select (at, cut, noise)).ListOf()
        select edits.Aggregate(Seed, (text, edit) => Edit(text, edit.at, edit.cut, edit.noise));

    private static readonly Gen<string> Soup = Noise.ListOf().Select(string.Concat);

    private static readonly Gen<string> Strange = Gen.Elements(
        "null", "true", "-1", "0", "1.5", "1e300", "9223372036854775808", "\"\"", "\"x\"", "\"{{p}}\"", "\"sk-abcdefghijklmnopqrstuv\"", "[]", "[null]", "[[]]", "{}", "{\"a\":null}", "{\"\":{}}", "[1,\"a\",{}]");

    /// <summary>The seed document with some of its nodes replaced.</summary>
    private static readonly Gen<JsonNode> Replaced =
        from edits in (from at in Gen.Choose(0, 100_000) from value in Strange select (at, value)).ListOf(6)
        select edits.Aggregate(Document.DeepClone(), (document, edit) => DocumentMutation.Replace(document, edit.at, JsonNode.Parse(edit.value)) ?? "nothing");

    [Fact]
    public void Bytes_AnyAtAll_NeverThrow() => Check(Bytes, 300, bytes =>
    {
        Consistent(DocumentReader.ReadJson(bytes));
        ReadAll(Encoding.Latin1.GetString(bytes));
    });

    [Fact]
    public void Yaml_Mutated_NeverThrows() => Check(Mutated, 150, ReadAll);

    [Fact]
    public void Yaml_MadeOfItsSigns_NeverThrows() => Check(Soup, 600, ReadAll);

    [Fact]
    public void Json_Mutated_NeverThrows() => Check(Mutated, 200, text => Consistent(DocumentReader.ReadJson(Encoding.UTF8.GetBytes("{" + text))));

    [Fact]
    public void Document_WithStrangeValues_NeverThrows() => Check(Replaced, 200, document =>
    {
        foreach (var reading in new[] { Only(document, SuiteKeys.Suite), document })
        {
            Consistent(SuiteReader.Read(reading));
        }

        Consistent(AgentReader.Read(Only(document, AgentKeys.Agent)));
        Consistent(RunRequestReader.Read(Only(document, RunRequestKeys.Request)));
        Consistent(RunRequestReader.Read(new JsonObject { ["suite"] = document.DeepClone(), ["agent"] = document.DeepClone() }));
        Consistent(BatchRequestReader.Read(document));
    });

    private static void ReadAll(string text)
    {
        Consistent(SuiteReader.Read(text));
        Consistent(AgentReader.Read(text));
    }

    private static void Consistent<T>(ReadResult<T> read)
        where T : class => Assert.Equal(read.Problems.HasErrors, read.Value is null);

    private static void Check<T>(Gen<T> gen, int tests, Action<T> check) =>
        Prop.ForAll(gen.ToArbitrary(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithReplay(20260314, 27_182_819));

    private static string Edit(string text, int at, int cut, string noise)
    {
        at = Math.Min(at, text.Length);
        return text[..at] + noise + text[Math.Min(text.Length, at + cut)..];
    }

    private static JsonObject? Only(JsonNode document, IReadOnlyList<string> keys) =>
        document is JsonObject json ? new JsonObject(json.Where(member => keys.Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))) : null;
}
