using FewShotAD.Domain.Common;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Tests.Jobs;

/// <summary>Runs that train a registration model, and runs that take one.</summary>
public sealed class RegistrationJobTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_trains_one_leaves_its_file_and_losses_and_no_model_of_the_project()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var (registration, run) = await TrainAsync(bench);
        Assert.Equal("bundle one", await bench.ReadBlobAsync(registration.Bundle!, Ct));
        Assert.Equal((10L, "0.1.0", "test"), (registration.BundleBytes, registration.Origin!.CodeVersion, registration.Origin.LibraryVersions));
        Assert.Equal(run.Snapshot.Figures(), registration.Origin.Data);
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Equal((1, 0, 0), (await context.RunSteps.CountAsync(Ct), await context.Models.CountAsync(Ct), await context.Results.CountAsync(Ct)));
        // A version number that nobody sees would be missing later.
        Assert.Equal(1, (await context.Projects.SingleAsync(Ct)).TakeModelVersion());
    }

    [Fact]
    public async Task A_run_that_takes_one_is_given_the_file_and_told_whether_it_knows_the_part()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var (registration, _) = await TrainAsync(bench);
        var run = await UseAsync(bench, registration, 2);
        bench.Script(
        [
            $"cp $work/job.json {bench.Copy}", $"cat $work/registration-* > {bench.Copy}.file", FakeWorker.Started(), .. FakeWorker.Results(bench.Team, "two"), FakeWorker.Done,
        ]);
        await bench.Installation.WorkAsync(run, Ct);

        Assert.Equal(RunStatus.Succeeded, (await bench.Installation.ReadAsync(run, Ct)).Status);
        var job = JobManifest.FromJson(await File.ReadAllTextAsync(bench.Copy, Ct));
        Assert.True(job.Registration!.KnowsPart);
        Assert.Equal((registration.Id.Value, 0), (job.Recipe.Registration!.Id, job.Recipe.Epochs));
        Assert.Equal("bundle one", await File.ReadAllTextAsync($"{bench.Copy}.file", Ct));
        await using var context = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        Assert.Equal(1, (await context.Models.SingleAsync(Ct)).Version);
        Assert.Equal(bench.Team.Test.Count, await context.Results.CountAsync(Ct));
    }

    [Fact]
    public async Task One_that_is_gone_or_another_by_now_fails_the_run_with_what_to_do()
    {
        await using var bench = await JobBench.OpenAsync(Ct);
        var (registration, _) = await TrainAsync(bench);
        var run = await UseAsync(bench, registration, 2);
        await using (var context = bench.Installation.Db.ForTenant(bench.Team.Tenant))
        {
            context.Registrations.Remove(await context.Registrations.SingleAsync(Ct));
            await context.SaveChangesAsync(Ct);
        }

        bench.Script(["exit 9"]);
        await bench.Installation.WorkAsync(run, Ct);
        var failed = await bench.Installation.ReadAsync(run, Ct);
        Assert.Equal((RunStatus.Failed, new RegistrationGone("Parts", 1).Message), (failed.Status, failed.FailureReason));
    }

    private static async Task<(RegistrationModel Registration, TrainingRun Run)> TrainAsync(JobBench bench)
    {
        var id = new RegistrationId(Guid.NewGuid());
        var run = await bench.Team.RunAsync(Ct, ticket: new QueueTicket(Trains: id));
        await using (var context = bench.Installation.Db.ForTenant(bench.Team.Tenant))
        {
            context.Registrations.Add(RegistrationModel.Create(id, "Parts", 1, run, [new RegistrationPart(run.ProjectId, "Bracket", 2)], run.StartedBy, run.QueuedAt));
            await context.SaveChangesAsync(Ct);
        }

        bench.Script([FakeWorker.Started(), FakeWorker.Step(1, 0.9), .. FakeWorker.Results(bench.Team with { Test = [] }), FakeWorker.Done]);
        await bench.Installation.WorkAsync(run, Ct);
        await using var reader = bench.Installation.Db.ForTenant(bench.Team.Tenant);
        return (await reader.Registrations.SingleAsync(Ct), await bench.Installation.ReadAsync(run, Ct));
    }

    private static async Task<TrainingRun> UseAsync(JobBench bench, RegistrationModel registration, int number)
    {
        var (team, recipe) = (bench.Team, registration.RecipeFor(bench.Team.Support.Count, seed: 1).Value);
        var snapshot = new DataSnapshot([.. team.Support.Select(i => i.Id)], [], [.. team.Test.Select(i => i.Id)]);
        var run = TrainingRun.Queue(team.Project, number, recipe, snapshot, Team.Somebody, DateTimeOffset.UnixEpoch.AddYears(56)).Value;
        await using var context = bench.Installation.Db.ForTenant(team.Tenant);
        context.Runs.Add(run);
        await context.SaveChangesAsync(Ct);
        return run;
    }
}
