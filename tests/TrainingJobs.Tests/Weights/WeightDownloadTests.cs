using System.Security.Cryptography;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Tests.Support;
using FewShotAD.TrainingJobs.Weights;

namespace FewShotAD.TrainingJobs.Tests.Weights;

public sealed class WeightDownloadTests : IDisposable
{
    private const string Tag = "\"v1\"";

    private static readonly byte[] Content = [.. Enumerable.Range(0, 500_000).Select(i => (byte)(i * 7 / 3))];

    private readonly TemporaryFolder folder = new();
    private readonly List<string> said = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Target => folder["cache", "weights.pth"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_arrives_whole_checked_and_with_progress()
    {
        await using var server = new TinyServer(_ => TinyAnswer.Whole(Content, Tag));
        await Fetched(server);
        Assert.Single(server.Requests);
        Assert.Contains(said, text => text.Contains(server.Address.ToString(), StringComparison.Ordinal));
        Assert.Contains("weights.pth: 100 %", said);
    }

    [Fact]
    public async Task After_a_cut_it_goes_on_where_it_was()
    {
        await using var server = new TinyServer(request => TinyAnswer.Rest(Content, request, Tag) is var answer && request.From is null
            ? answer with { Cut = 200_000 }
            : answer);
        await Fetched(server);
        Assert.Equal([null, 200_000], server.Requests.Select(request => request.From));
        Assert.Equal([null, Tag], server.Requests.Select(request => request.IfRange));
    }

    [Fact]
    public async Task A_connection_that_is_torn_down_is_made_again()
    {
        var torn = 3;
        await using var server = new TinyServer(request => TinyAnswer.Rest(Content, request, Tag) is var answer && torn-- > 0
            ? answer with { Cut = 100_000, Reset = true }
            : answer);
        await Fetched(server);
        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_without_ranges_is_asked_again_from_the_beginning()
    {
        await using var server = new TinyServer(request => TinyAnswer.Whole(Content) with { Cut = request.From is null ? 200_000 : null });
        await Fetched(server);
        Assert.Equal([null, 200_000], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_beginning_of_other_content_is_thrown_away()
    {
        Part([.. Enumerable.Repeat((byte)9, 1_000)], "\"v0\"");
        await using var server = new TinyServer(request => TinyAnswer.Rest(Content, request, Tag));
        await Fetched(server);
        Assert.Equal([1_000], server.Requests.Select(request => request.From));

        // Without a tag only the hash can tell.
        File.Delete(Target);
        Part([.. Enumerable.Repeat((byte)9, 1_000)], null);
        await Fetched(server);
        Assert.Equal([1_000, 1_000, null], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_part_that_is_complete_already_is_checked_and_used()
    {
        Part(Content, Tag);
        await using var server = new TinyServer(_ => new("416 Range Not Satisfiable", [], Headers: [$"Content-Range: bytes */{Content.Length}"]));
        await Fetched(server);
    }

    [Fact]
    public async Task A_part_longer_than_the_file_is_begun_anew()
    {
        Part([.. Content, 1], Tag);
        await using var server = new TinyServer(request => request.From is null
            ? TinyAnswer.Whole(Content)
            : new("416 Range Not Satisfiable", [], Headers: [$"Content-Range: bytes */{Content.Length}"]));
        await Fetched(server);
    }

    [Fact]
    public async Task Another_part_than_asked_for_is_not_joined()
    {
        Part(Content[..1_000], Tag);
        await using var server = new TinyServer(request => request.From is null
            ? TinyAnswer.Whole(Content)
            : new("206 Partial Content", Content[500..], Headers: [$"Content-Range: bytes 500-{Content.Length - 1}/{Content.Length}"]));
        await Fetched(server);
        Assert.Equal([1_000, null], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_wrong_hash_is_said_and_leaves_nothing()
    {
        await using var server = new TinyServer(_ => TinyAnswer.Whole([.. Content, 1]));
        Assert.Contains("SHA-256", await FailedAsync(server), StringComparison.Ordinal);
        Assert.Equal(["weights.pth.lock"], Directory.GetFiles(folder["cache"]).Select(Path.GetFileName));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_is_not_there_is_not_asked_for_again()
    {
        await using var server = new TinyServer(_ => new("404 Not Found", []));
        Assert.Contains("404 Not Found", await FailedAsync(server), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_is_busy_is_asked_again_but_not_for_ever()
    {
        var busy = 2;
        await using var server = new TinyServer(_ => busy-- > 0 ? new("503 Service Unavailable", []) : TinyAnswer.Whole(Content));
        await Fetched(server);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(2, said.Count(text => text.Contains("503", StringComparison.Ordinal)));

        File.Delete(Target);
        busy = int.MaxValue;
        server.Requests.Clear();
        Assert.Contains("5 times in a row", await FailedAsync(server), StringComparison.Ordinal);
        Assert.Equal(5, server.Requests.Count);
    }

    [Fact]
    public async Task Silence_ends_an_attempt()
    {
        await using var server = new TinyServer(request => TinyAnswer.Rest(Content, request, Tag) is var answer && request.From is null
            ? answer with { Cut = 100_000, Hang = true }
            : answer);
        await Fetched(server, patience: TimeSpan.FromMilliseconds(300));
        Assert.Equal(100_000, server.Requests.Last().From);
    }

    [Fact]
    public async Task More_than_the_file_can_be_is_refused()
    {
        var huge = new byte[2_100_000];
        await using var saying = new TinyServer(_ => TinyAnswer.Whole(huge));
        Assert.Contains("far more than the 1 MB", await FailedAsync(saying), StringComparison.Ordinal);
        await using var silent = new TinyServer(_ => TinyAnswer.Whole(huge) with { SaysLength = false });
        Assert.Contains("does not end", await FailedAsync(silent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_it_keeps_what_came_and_goes_on_from_there_next_time()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await using (var server = new TinyServer(_ => TinyAnswer.Whole(Content, Tag) with { Cut = 200_000, Hang = true }))
        {
            var fetching = new WeightDownload().FetchAsync(Description(server), Target, said.Add, cancel.Token);
            while (!File.Exists(Target + ".part") || new FileInfo(Target + ".part").Length < 200_000)
                await Task.Delay(10, Ct);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        }

        await using var again = new TinyServer(request => TinyAnswer.Rest(Content, request, Tag));
        await Fetched(again);
        Assert.Equal([200_000], again.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task Two_at_once_fetch_it_once()
    {
        using var gate = new ManualResetEventSlim();
        await using var server = new TinyServer(_ =>
        {
            gate.Wait(Ct);
            return TinyAnswer.Whole(Content);
        });
        var description = Description(server);
        var both = Enumerable.Range(0, 2).Select(_ => Task.Run(() => Download().FetchAsync(description, Target, _ => { }, Ct), Ct)).ToArray();
        await Task.Delay(200, Ct);
        gate.Set();
        Assert.All(await Task.WhenAll(both), result => Assert.True(result.Succeeded, result.Error?.Message));
        Assert.Single(server.Requests);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, Ct));
    }

    [Theory]
    [InlineData("http://download.pytorch.org/models/x.pth")]
    [InlineData("ftp://127.0.0.1/x.pth")]
    public async Task An_address_without_HTTPS_is_never_asked(string address)
    {
        var result = await Download().FetchAsync(new WeightFile("x.pth", new Uri(address), "00000000", 1), Target, said.Add, Ct);
        Assert.Contains("HTTPS", Assert.IsType<DownloadFailed>(result.Error).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["cache"]));
    }

    private static WeightDownload Download(TimeSpan? patience = null) =>
        new() { FirstPause = TimeSpan.FromMilliseconds(5), Patience = patience ?? TimeSpan.FromSeconds(20) };

    private static WeightFile Description(TinyServer server) =>
        new("weights.pth", server.Address, Convert.ToHexStringLower(SHA256.HashData(Content))[..8], 1);

    private void Part(byte[] content, string? tag)
    {
        Directory.CreateDirectory(folder["cache"]);
        File.WriteAllBytes(Target + ".part", content);
        if (tag is not null)
            File.WriteAllText(Target + ".part.etag", tag);
    }

    private async Task Fetched(TinyServer server, TimeSpan? patience = null)
    {
        var result = await Download(patience).FetchAsync(Description(server), Target, said.Add, Ct);
        Assert.True(result.Succeeded, result.Error?.Message);
        Assert.Equal(Content, await File.ReadAllBytesAsync(Target, Ct));
        Assert.Equal(["weights.pth", "weights.pth.lock"], Directory.GetFiles(folder["cache"]).Select(Path.GetFileName).Order());
    }

    private async Task<string> FailedAsync(TinyServer server)
    {
        Result result = await Download().FetchAsync(Description(server), Target, said.Add, Ct);
        Assert.False(File.Exists(Target));
        return Assert.IsType<DownloadFailed>(result.Error).Message;
    }
}
