using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;
using AgentEval.Core.Api;
using AgentEval.Core.Json;
using AgentEval.Core.Problems;
using AgentEval.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace AgentEval.Functions.Submissions;

/// <param name="Id">The queue's id of the message: delivered twice, it is the same.</param>
/// <param name="InsertedAt">When it was put in.</param>
/// <param name="Text">JSON, or base64 of it.</param>
public sealed record QueuedMessage(string Id, DateTimeOffset InsertedAt, string Text);

/// <summary>Takes what comes by queue. A bad message is stored with its problems and set aside at once; trouble of ours is thrown, and the queue tries again.</summary>
public sealed class QueuedSubmissions(SubmissionService submissions, BatchService batches, RejectedSubmissions rejected)
{
    public async Task TakeAsync(QueuedMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        var problems = new ProblemList();
        var document = await ReadAsync(message.Text, problems, cancellationToken);
        if (document is not null)
        {
            problems.AddRange(await SubmitAsync(document, message, client, cancellationToken));
        }

        if (problems.HasErrors)
        {
            await rejected.SetAsideAsync(message, problems, cancellationToken);
        }
    }

    private async Task<ProblemList> SubmitAsync(JsonObject document, QueuedMessage message, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (document.ContainsKey("runs"))
        {
            return await batches.SubmitAsync(document, "queue", message.InsertedAt, client, cancellationToken) is { Refusal: { } refusal } ? refusal.ToProblems() : new ProblemList();
        }

        var read = RunRequestReader.Read(document);
        if (read.Value is null || read.Problems.HasErrors)
        {
            return read.Problems;
        }

        var origin = new SubmissionOrigin("queue", null, Start: true, RunIds.Derive(message.InsertedAt, message.Id));
        var outcome = await submissions.SubmitAsync(read.Value, read.Problems, origin, client, cancellationToken);
        return outcome.Refusal switch
        {
            null => new ProblemList(),
            { Status: 429 } busy => throw new SubmissionDeferredException(busy.Detail ?? busy.Title),
            { } refusal => refusal.ToProblems(),
        };
    }

    /// <summary>The document itself, or the one in the blob it names; null: neither, and the problems say why.</summary>
    private async Task<JsonObject?> ReadAsync(string text, ProblemList problems, CancellationToken cancellationToken)
    {
        var document = Parse(text, problems);
        if (document?["blob"] is not { } reference)
        {
            return document;
        }

        if (document.Count != 1 || reference is not JsonValue value || !value.TryGetValue<string>(out var name))
        {
            problems.Error("blob", ProblemCodes.InvalidValue, "A message that names a blob is {\"blob\": \"submissions/NAME.json\"} and nothing else.");
            return null;
        }

        return await rejected.ReadBlobAsync(name, cancellationToken) is { } content
            ? Parse(content, problems)
            : Missing(name, problems);
    }

    private static JsonObject? Missing(string name, ProblemList problems)
    {
        problems.Error("blob", ProblemCodes.NotFound, $"There is no blob '{name}' in the container submissions. Upload it before the message is sent.");
        return null;
    }

    private static JsonObject? Parse(string text, ProblemList problems)
    {
        var read = DocumentReader.ReadJson(Decode(text));
        problems.AddRange(read.Problems);
        if (read.Value is JsonObject document)
        {
            return document;
        }

        if (!read.Problems.HasErrors)
        {
            problems.Error("", ProblemCodes.WrongType, "The message is not a JSON object.");
        }

        return null;
    }

    private static byte[] Decode(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty || trimmed[0] is '{' or '[' || !Base64.IsValid(trimmed))
        {
            return Encoding.UTF8.GetBytes(text);
        }

        return Convert.FromBase64String(trimmed.ToString());
    }
}

/// <summary>The message is good, only its time has not come: the queue delivers it again.</summary>
public sealed class SubmissionDeferredException(string message) : Exception(message);
