using System.Buffers;
using System.Globalization;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace AgentEval.LocalRuntime.Tables;

/// <summary>Signs every attempt of a request: learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key, "Shared Key Lite … for Table".</summary>
internal sealed class SharedKeyLitePolicy(TableSharedKeyCredential credential, TimeProvider time) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        Request request = message.Request;
        string date = time.GetUtcNow().ToString("r", CultureInfo.InvariantCulture);
        string path = request.Uri.ToUri().AbsolutePath;
        request.Headers.SetValue("x-ms-date", date);
        request.Headers.SetValue("Authorization", $"SharedKeyLite {credential.AccountName}:{Sign($"{date}\n/{credential.AccountName}{path}")}");
    }

    private string Sign(string text)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return credential.Sign(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
