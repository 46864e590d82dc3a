using System.Text;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Jobs;

/// <summary>What becomes of a run whose worker does its work, says nonsense, or refuses.</summary>
public sealed class TrainRunJobTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_goes_well_leaves_steps_log_model_and_results()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        using var heard = bench.Installation.Get<RunEvents>().Subscribe(bench.Team.Tenant, run.Id);
        using var deaf = bench.Installation.Get<RunEvents>().Subscribe(new(Guid.NewGuid()));
        bench.Script(
        [
            "test -s $work/job.json || exit 9",
            FakeWorker.Started(),
            FakeWorker.Say(new WorkerMessage.PhaseChanged(RunPhase.Training)),
            FakeWorker.Step(1, 0.9),
            FakeWorker.Step(2, 0.5),
            FakeWorker.Say(new WorkerMessage.LogWritten(LogSeverity.Warning, "It's dark")),
            FakeWorker.Say(new WorkerMessage.CheckpointWritten(1)),
            .. FakeWorker.Results(bench.Team),
            FakeWorker.Done,
        ]);

        await bench.Installation.WorkAsync(run, Ct);

        var done = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal(RunStatus.Succeeded, done.Status);
        Assert.Equal((1.0, "cpu", 1, 1), (done.Progress, done.Device, done.CheckpointEpoch, done.Attempt));
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Equal([0.9, 0.5], await context.RunSteps.OrderBy(s => s.Step).Select(s => s.TaskLoss).ToListAsync(Ct));
        Assert.Equal("It's dark", (await context.RunLog.SingleAsync(Ct)).Text);
        var model = await context.Models.SingleAsync(Ct);
        Assert.Equal((1, FakeWorker.Calibration, 0.75), (model.Version, model.Calibration, model.Metrics?.ImageAuroc));
        Assert.Equal(bench.Team.Support.Select((_, i) => 1.5 + i), model.ShotScores!);
        Assert.Equal("bundle one", await bench.ReadBlobAsync(model.Bundle, Ct));
        var results = await context.Results.OrderBy(r => r.Score).ToListAsync(Ct);
        Assert.Equal(bench.Team.Test.Select(i => i.Id), results.Select(r => r.ImageId));
        Assert.Equal($"map one {bench.Team.Test[0].Id}", await bench.ReadBlobAsync(results[0].Map, Ct));
        Assert.False(Directory.Exists(Path.Combine(bench.Installation.WorkFolder, run.Id.ToString())));

        var events = JobBench.Drain(heard);
        Assert.Contains(events, e => e is RunEvent.Said { Message: WorkerMessage.StepDone { Step: 2 } });
        Assert.True(events.Count(e => e is RunEvent.Changed) >= 2);
        Assert.Empty(JobBench.Drain(deaf));
    }

    [Fact]
    public async Task The_job_file_names_files_that_exist_and_labels_that_people_gave()
    {
        await using var bench = await JobBench.OpenAsync(Ct, new() { ["Backbones:Directory"] = "." });
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(["cp $work/job.json " + bench.Copy, "cat $work/images/* > " + bench.Copy + ".images", "exit 1"]);
        await bench.Installation.WorkAsync(run, Ct);
        var job = JobManifest.FromJson(await File.ReadAllTextAsync(bench.Copy, Ct));
        Assert.Equal(run.Id.ToString(), job.RunId);
        Assert.Equal(run.Recipe, job.Recipe);
        Assert.Equal(Path.GetFullPath(".", AppContext.BaseDirectory), job.BackboneDirectory);
        Assert.Equal(bench.Team.Support.Select(i => i.Id.ToString()), job.Support.Select(i => i.Id));
        Assert.Equal(bench.Team.Test.Select(i => i.Id.ToString()), job.Test.Select(i => i.Id));
        Assert.All(job.Test, image => Assert.False(image.Defective));
        Assert.All(job.Support.Concat(job.Test), image => Assert.Equal("", Path.GetExtension(image.Path)));
        Assert.Equal("Team-0Team-1Team-2Team-3".Length, new FileInfo(bench.Copy + ".images").Length);
    }

    [Fact]
    public async Task A_run_of_a_study_leaves_its_figures_and_no_model_result_or_blob()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct, ticket: new QueueTicket(Study: new StudyPlace(new StudyId(Guid.NewGuid()), 2)));
        var blobs = Directory.GetFiles(bench.Installation.Folder, "*", SearchOption.AllDirectories).Count(IsBlob);
        bench.Script(["cp $work/job.json " + bench.Copy, FakeWorker.Step(1, 0.9), .. FakeWorker.Results(bench.Team), FakeWorker.Done]);
        await bench.Installation.WorkAsync(run, Ct);
        var done = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Succeeded, 0.75), (done.Status, done.Measured?.ImageAuroc));
        Assert.False(JobManifest.FromJson(await File.ReadAllTextAsync(bench.Copy, Ct)).KeepMaps);
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Equal((0, 0, 1), (await context.Models.CountAsync(Ct), await context.Results.CountAsync(Ct), await context.RunSteps.CountAsync(Ct)));
        Assert.Equal(0, await context.Projects.Select(p => p.LastModelVersion).SingleAsync(Ct));
        Assert.Equal(blobs, Directory.GetFiles(bench.Installation.Folder, "*", SearchOption.AllDirectories).Count(IsBlob));
        static bool IsBlob(string path) => path.Contains($"{Path.DirectorySeparatorChar}blobs{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1.5)]
    [InlineData(1.5, double.NaN)]
    [InlineData(1.5, 1.6, 1.7)]
    public async Task Scores_of_shots_that_are_not_one_number_for_each_are_not_kept(params double[]? scores)
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        Assert.Equal(2, run.Snapshot.Support.Count);
        bench.Script(
        [
            "printf bundle > $work/model.fsad",
            FakeWorker.Say(new WorkerMessage.ModelWritten("model.fsad", 6, new string('a', 64), FakeWorker.Calibration, scores)),
            FakeWorker.Done,
        ]);
        await bench.Installation.WorkAsync(run, Ct);
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Null((await context.Models.SingleAsync(Ct)).ShotScores);
    }

    [Fact]
    public async Task Nonsense_on_the_pipes_becomes_log_and_harms_nothing()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(
        [
            "echo 'OMP: Warning #96'", "echo '{ not json'", "echo '{\"type\":\"unknown\"}'", "echo ''", "printf '\\xff\\xfe\\n'",
            "head -c 20000 /dev/zero | tr '\\0' x; echo", "echo 'on stderr' >&2", FakeWorker.Done,
        ]);
        await bench.Installation.WorkAsync(run, Ct);
        Assert.Equal(RunStatus.Succeeded, (await bench.Installation.ReadAsync(run, Ct)).Status);
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        var log = await context.RunLog.OrderBy(l => l.Sequence).ToListAsync(Ct);
        Assert.Equal(Enumerable.Range(1, 7), log.Select(l => l.Sequence));
        Assert.Contains(log, l => l is { Text: "on stderr", Severity: LogSeverity.Warning });
        Assert.Contains(log, l => l.Text.Length == RunLogLine.TextMaxLength);
    }

    [Fact]
    public async Task A_failure_that_the_worker_explains_is_shown_in_its_words()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script([FakeWorker.Say(new WorkerMessage.Failed("The image is black. Upload another.", "at line 3")), "exit 1"]);
        await bench.Installation.WorkAsync(run, Ct);
        var failed = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Failed, "The image is black. Upload another.", "at line 3"), (failed.Status, failed.FailureReason, failed.FailureDetails));
    }

    [Theory]
    [InlineData("kill -9 $$", "signal 9")]
    [InlineData("kill -6 $$", "signal 6")]
    [InlineData("exit 7", "code 7")]
    [InlineData("exit 0", "without finishing")]
    [InlineData("kill -15 $$; sleep 5", "signal 15")]
    public async Task A_worker_that_dies_fails_the_run_with_a_reason_and_its_last_lines(string death, string reason)
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script(["for i in $(seq 1 60); do echo line $i >&2; done", FakeWorker.Say(new WorkerMessage.CheckpointWritten(3)), death]);
        await bench.Installation.WorkAsync(run, Ct);
        var failed = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal(RunStatus.Failed, failed.Status);
        Assert.Contains(reason, failed.FailureReason, StringComparison.Ordinal);
        Assert.Contains("Resume to go on from epoch 3", failed.FailureReason, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(11, 50).Select(i => $"line {i}"), failed.FailureDetails!.Split('\n'));
        Assert.True(Directory.Exists(Path.Combine(bench.Installation.WorkFolder, run.Id.ToString())));
    }

    [Theory]
    [InlineData("../outside", "outside its work directory")]
    [InlineData("missing.fsad", "missing.fsad")]
    public async Task A_worker_that_names_a_wrong_file_fails_the_run_and_is_ended(string path, string reason)
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        bench.Script([FakeWorker.Say(new WorkerMessage.ModelWritten(path, 1, "", FakeWorker.Calibration)), "sleep 60"]);
        await bench.Installation.WorkAsync(run, Ct);
        var failed = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal(RunStatus.Failed, failed.Status);
        Assert.Contains(reason, failed.FailureReason, StringComparison.Ordinal);
        Assert.DoesNotContain(FakeWorker.Pids(bench.Installation.Folder), FakeWorker.IsAlive);
    }

    [Fact]
    public async Task A_run_whose_shot_was_deleted_says_so()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        await using (var context = bench.Installation.Db.ForTenant(bench.Team.Tenant))
            await context.Images.Where(i => i.Id == bench.Team.Support[0].Id).ExecuteDeleteAsync(Ct);
        await bench.Installation.WorkAsync(run, Ct);
        Assert.Contains("support shot", (await bench.Installation.ReadAsync(run, Ct)).FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_is_named_to_the_administrator()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var run = await bench.Team.RunAsync(Ct);
        await File.WriteAllTextAsync(bench.Worker, "\u0000not a program", Encoding.UTF8, Ct);
        await bench.Installation.WorkAsync(run, Ct);
        Assert.Contains("Training:Executable", (await bench.Installation.ReadAsync(run, Ct)).FailureReason, StringComparison.Ordinal);
    }
}
