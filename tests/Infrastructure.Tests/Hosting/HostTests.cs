using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Hosting;
using FewShotAD.Infrastructure.Tests.Jobs;
using FewShotAD.Infrastructure.Tests.Support;
using FewShotAD.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Tests.Hosting;

/// <summary>The whole thing started and stopped, queue and background services included.</summary>
public sealed class HostTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_folder_becomes_an_installation()
    {
        var folder = Installation.TemporaryFolder();
        try
        {
            await using var installation = await Installation.CreateAsync(folder: folder);
            await installation.StartAsync(Ct);
            await Team.CreateAsync(installation, Ct);
            Assert.Equal(!DatabaseUnderTest.IsPostgres, File.Exists(TestDatabase.FileOf(folder)));
        }
        finally
        {
            await TestDatabase.DropAsync(folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_queued_run_is_worked_on_and_goes_on_after_a_restart()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script([FakeWorker.Started(), FakeWorker.Say(new WorkerMessage.CheckpointWritten(1)), "read -r word", "exit 3"]);
        await bench.Installation.StartAsync(Ct);
        await bench.Installation.UntilAsync(run, r => r.CheckpointEpoch == 1, Ct);
        await bench.Installation.StopAsync(Ct);
        Assert.Equal(RunStatus.Queued, (await bench.Installation.ReadAsync(run, Ct)).Status);
        Assert.DoesNotContain(FakeWorker.Pids(bench.Installation.Folder), FakeWorker.IsAlive);

        bench.Script([FakeWorker.Started(1), FakeWorker.Done]);
        await bench.Installation.DisposeHostAsync();
        await using var next = await Installation.CreateAsync(bench.Worker, bench.Installation.Folder);
        await next.StartAsync(Ct);
        var done = await next.UntilAsync(run, r => r.IsOver, Ct);
        Assert.Equal((RunStatus.Succeeded, 2), (done.Status, done.Attempt));
    }

    [Fact]
    public async Task Runs_that_are_queued_while_it_works_wait_their_turn()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        bench.Script(["sleep 0.3", FakeWorker.Done]);
        await bench.Installation.StartAsync(Ct);
        var runs = new List<TrainingRun>();
        for (var number = 1; number <= 3; number++)
        {
            runs.Add(await bench.Team.RunAsync(Ct, number, at: DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(number)));
            bench.Installation.Queue.Enqueue(bench.Team.Tenant, runs[^1].Id);
        }

        foreach (var run in runs)
            await bench.Installation.UntilAsync(run, r => r.Status == RunStatus.Succeeded, Ct);
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        var times = await context.Runs.OrderBy(r => r.Number).Select(r => new { r.StartedAt, r.EndedAt }).ToListAsync(Ct);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.Second.StartedAt >= pair.First.EndedAt));
    }

    [Fact]
    public async Task A_second_process_on_the_same_folder_is_told_so()
    {
        await using var first = await Installation.CreateAsync();
        await first.StartAsync(Ct);
        await using var second = await Installation.CreateAsync(folder: first.Folder);
        var refused = await Assert.ThrowsAsync<DataDirectoryInUseException>(() => second.StartAsync(Ct));
        Assert.Contains(first.Folder, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Training:Executable", "", "Training:Executable is empty")]
    [InlineData("Training:Executable", "/no/such/program", "does not exist")]
    [InlineData("Training:Workers", "0", "Training:Workers")]
    [InlineData("Training:Device", "quantum", "Training:Device")]
    [InlineData("Training:CancelGrace", "00:01:00", "Training:CancelGrace")]
    [InlineData("Backbones:Directory", "/no/such/folder", "Backbones:Directory")]
    [InlineData("Blobs:Provider", "Azure", "Blobs:Azure:ConnectionString")]
    [InlineData("Blobs:SweepGrace", "00:00:00", "Blobs:SweepGrace")]
    [InlineData("Role", "web", "Role=web is one of several processes")]
    [InlineData("Role", "worker", "Role=worker is one of several processes")]
    public async Task A_wrong_setting_stops_the_start_with_its_name(string setting, string value, string said)
    {
        await using var installation = await Installation.CreateAsync(settings: new() { [setting] = value });
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => installation.StartAsync(Ct));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }
}
