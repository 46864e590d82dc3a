using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Infrastructure.Scoring;
using FewShotAD.Infrastructure.Tests.Support;

namespace FewShotAD.Infrastructure.Tests.Scoring;

/// <summary>
/// The pool over a stand-in for the scoring program: a shell script that says what a test wrote down. The program itself is tested by way of
/// the portal.
/// </summary>
public sealed class ScoringPoolTests : IDisposable
{
    private static readonly TenantId Tenant = new(Guid.NewGuid());

    private readonly List<string> folders = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folders.ForEach(folder => Directory.Delete(folder, recursive: true));

    [Fact]
    public async Task A_program_that_does_not_start_is_told_in_words()
    {
        await using var installation = await Installation.CreateAsync(Script("exit 7"));
        Assert.IsType<ScoringDown>((await ScoreAsync(installation)).Error);
    }

    [Fact]
    public async Task A_program_of_another_version_is_not_spoken_to()
    {
        await using var installation = await Installation.CreateAsync(Script(Say(new ScoringAnswer.Ready(99, "cpu", 1)), "cat > /dev/null"));
        Assert.IsType<ScoringDown>((await ScoreAsync(installation)).Error);
    }

    [Fact]
    public async Task A_request_that_ends_its_process_twice_is_given_up()
    {
        var script = Script(Ready, "head -c 20 > /dev/null", Say(new ScoringAnswer.Begun([1])), "echo boom >&2", "exit 134");
        await using var installation = await Installation.CreateAsync(script);
        Assert.IsType<ScoringCrashed>((await ScoreAsync(installation)).Error);
        Assert.Equal(2, FakeWorker.Pids(Path.GetDirectoryName(script)!).Length);
    }

    [Fact]
    public async Task A_request_that_dies_once_is_answered_by_the_next_process()
    {
        var folder = Folder();
        var script = Script(
            Ready, "head -c 20 > /dev/null", Say(new ScoringAnswer.Begun([1])),
            $"[ -e {folder}/died ] || {{ touch {folder}/died; kill -9 $$; }}", Say(new ScoringAnswer.Scored(1, 2.5, 0.01, 1), [1, 2, 3]), "cat > /dev/null");
        await using var installation = await Installation.CreateAsync(script);
        var answer = (await ScoreAsync(installation)).Value;
        Assert.Equal(2.5, answer.Score);
        Assert.Equal([1, 2, 3], answer.Map);
    }

    [Fact]
    public async Task A_silent_process_is_ended_and_the_sender_is_told()
    {
        var script = Script(Ready, "cat > /dev/null");
        await using var installation = await Installation.CreateAsync(script, settings: new() { ["Scoring:TimeoutSeconds"] = "2" });
        Assert.IsType<ScoringTooSlow>((await ScoreAsync(installation)).Error);
        var pid = Assert.Single(FakeWorker.Pids(Path.GetDirectoryName(script)!));
        for (var i = 0; i < 100 && FakeWorker.IsAlive(pid); i++)
            await Task.Delay(50, Ct);
        Assert.False(FakeWorker.IsAlive(pid));
    }

    [Fact]
    public async Task An_idle_process_is_stopped_and_the_next_request_starts_another()
    {
        var time = new ManualTime();
        var script = Script(Ready, "head -c 20 > /dev/null", Say(new ScoringAnswer.Scored(1, 1, 0, 1)), "cat > /dev/null");
        await using var installation = await Installation.CreateAsync(script, time: time);
        var pool = installation.Get<ScoringPool>();
        Assert.True((await ScoreAsync(installation)).Succeeded);
        await pool.TidyAsync();
        Assert.Single(pool.ProcessIds);
        time.Offset += TimeSpan.FromHours(1);
        await pool.TidyAsync();
        Assert.Empty(pool.ProcessIds);
        Assert.True((await ScoreAsync(installation)).Succeeded);
        await pool.StopAsync(Ct);
        Assert.Empty(pool.ProcessIds);
        Assert.IsType<ScoringStopping>((await ScoreAsync(installation)).Error);
    }

    [Fact]
    public async Task A_model_without_a_file_is_told_in_words()
    {
        await using var installation = await Installation.CreateAsync();
        var missing = BlobKey.For(Tenant, BlobKind.Model, new string('a', 64));
        Assert.IsType<ModelFileMissing>((await installation.Get<ScoringPool>().ScoreAsync(Tenant, missing, new byte[12], 2, ScoringUse.Request, Ct)).Error);
    }

    private static string Ready => Say(new ScoringAnswer.Ready(ScoringFrames.Version, "cpu", 1));

    private string Script(params string[] commands) => FakeWorker.Write(Folder(), commands);

    private string Folder()
    {
        folders.Add(Installation.TemporaryFolder());
        return folders[^1];
    }

    /// <summary>A command that writes a frame, every byte in octal.</summary>
    private static string Say(ScoringAnswer answer, byte[]? body = null) =>
        $"printf '{string.Concat(ScoringFrames.Encode(answer, body ?? []).Select(b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0')))}'";

    private static async Task<Result<ModelScore>> ScoreAsync(Installation installation)
    {
        var key = await installation.Blobs.PutAsync(Tenant, BlobKind.Model, new MemoryStream(Encoding.UTF8.GetBytes("a model")), Ct);
        return await installation.Get<ScoringPool>().ScoreAsync(Tenant, key, new byte[12], 2, ScoringUse.Request, Ct);
    }
}
