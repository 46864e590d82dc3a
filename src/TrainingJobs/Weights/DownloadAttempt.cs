using System.Net;
using System.Net.Http.Headers;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Weights;

/// <param name="Complete">All of the content is in the part file, not yet checked.</param>
/// <param name="Again">Whether another attempt can help.</param>
internal readonly record struct AttemptOutcome(bool Complete, bool Again, string Why)
{
    public static AttemptOutcome Done { get; } = new(true, false, "");

    public static AttemptOutcome Later(string why) => new(false, true, why);

    public static AttemptOutcome Never(string why) => new(false, false, why);
}

/// <summary>One request for what a part file still lacks.</summary>
internal sealed class DownloadAttempt(HttpClient client, WeightFile file, PartFile part, TimeSpan patience)
{
    private const int BufferBytes = 1 << 16;

    /// <summary>Twice the published size: sizes are given to people in round numbers.</summary>
    private readonly long limit = Math.Max(1, file.Megabytes) * 2_000_000L;

    public async Task<AttemptOutcome> RunAsync(Action<string> say, CancellationToken ct)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ct);
        silence.CancelAfter(patience);
        try
        {
            using var request = Request();
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            return Refused(response) ?? await ReceiveAsync(response, say, silence);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return AttemptOutcome.Later($"nothing came for {patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException e)
        {
            return AttemptOutcome.Later(e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message);
        }
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, file.Address);
        if (part.Length == 0)
            return request;
        request.Headers.Range = new RangeHeaderValue(part.Length, null);
        // With a tag the server itself begins anew where the content changed; without one the hash finds out.
        if (part.Tag is { } tag)
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        return request;
    }

    /// <summary>Null for an answer with content that may be used.</summary>
    private AttemptOutcome? Refused(HttpResponseMessage response)
    {
        // The handler follows no redirection from HTTPS to HTTP; this also holds where the first address was this machine's.
        if (!WeightDownload.IsSafe(response.RequestMessage!.RequestUri!))
            return AttemptOutcome.Never("it leads to an address without HTTPS");
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            if (response.Content.Headers.ContentRange?.Length == part.Length)
                return AttemptOutcome.Done;
            part.Delete();
            return AttemptOutcome.Later("the server has less than what is here already");
        }

        if (response.IsSuccessStatusCode)
            return null;
        var why = $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}";
        return (int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            ? AttemptOutcome.Later(why)
            : AttemptOutcome.Never(why);
    }

    private async Task<AttemptOutcome> ReceiveAsync(HttpResponseMessage response, Action<string> say, CancellationTokenSource silence)
    {
        var range = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange : null;
        var here = range is null ? 0 : part.Length;
        if (response.StatusCode == HttpStatusCode.PartialContent && range?.From != part.Length)
        {
            part.Delete();
            return AttemptOutcome.Later("the server sent another part than it was asked for");
        }

        var total = range?.Length ?? (here + response.Content.Headers.ContentLength);
        if (total > limit)
            return AttemptOutcome.Never($"it is {total / 1e6:0} MB long, far more than the {file.Megabytes} MB that it should be");
        await using var source = await response.Content.ReadAsStreamAsync(silence.Token);
        await using var target = range is null ? part.Begin(response.Headers.ETag) : part.Append();
        var buffer = new byte[BufferBytes];
        var tenths = Tenths(here, total);
        while (true)
        {
            int read;
            try
            {
                read = await source.ReadAsync(buffer, silence.Token);
            }
            catch (IOException e)
            {
                // Only what the line does: a disk that is full is not cured by another attempt.
                return AttemptOutcome.Later(e.Message);
            }

            if (read == 0)
                break;
            here += read;
            if (here > limit)
                return AttemptOutcome.Never($"it does not end after {limit / 1e6:0} MB");
            await target.WriteAsync(buffer.AsMemory(0, read), silence.Token);
            silence.CancelAfter(patience);
            if (Tenths(here, total) > tenths)
                say($"{file.Name}: {(tenths = Tenths(here, total)) * 10} %");
        }

        // Without this, a power cut after the rename can leave an empty file under the final name.
        target.Flush(flushToDisk: true);
        return total is null || here == total ? AttemptOutcome.Done : AttemptOutcome.Later("the connection ended early");
    }

    private static int Tenths(long here, long? total) => total > 0 ? (int)(here * 10 / total.Value) : 0;
}
