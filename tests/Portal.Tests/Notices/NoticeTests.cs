using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Notices;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Stability;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Http;
using FewShotAD.Portal.Tests.Stability;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Notices;

/// <summary>What people are told of, who of them, and until when it is new.</summary>
public sealed class NoticeTests(PortalHost host) : HttpTest(host)
{
    [Fact]
    public async Task A_failed_run_is_new_to_each_engineer_until_they_have_read_it_and_nothing_to_who_only_looks()
    {
        var (_, team) = await MemberAsync();
        var (_, _, engineer) = await PersonAsync(team, TeamRole.Engineer);
        var (_, _, viewer) = await PersonAsync(team, TeamRole.Viewer);
        var project = await team.ProjectAsync("Bracket");
        await team.ShotsAsync(project, 2);
        await FailAsync(team, project);
        Assert.Equal((1, 1, 0), (await CountAsync(team.Owner), await CountAsync(engineer), await CountAsync(viewer)));
        Assert.Empty(await ListAsync(viewer));
        var told = Assert.Single(await ListAsync(engineer));
        Assert.Equal((NoticeKind.RunFailed, "Bracket", 1, "The image is black. Upload another.", true), (told.Notice.Kind, told.Project, told.Notice.Number, told.Notice.Detail, told.IsNew));

        foreach (var _ in Enumerable.Range(0, 2))
            Assert.True((await Get<ReadNotice>().HandleAsync(team.Owner, told.Notice.Id, Ct)).Succeeded);
        Assert.Equal((0, 1), (await CountAsync(team.Owner), await CountAsync(engineer)));
        Assert.True((await Get<ReadAllNotices>().HandleAsync(engineer, told.Notice.At, Ct)).Succeeded);
        await FailAsync(team, project);
        Assert.Equal((1, 1), (await CountAsync(team.Owner), await CountAsync(engineer)));
        // What came after the newest that was seen stays new, and an older word does not undo a newer one.
        Assert.True((await Get<ReadAllNotices>().HandleAsync(engineer, told.Notice.At, Ct)).Succeeded);
        Assert.Equal([true, false], (await ListAsync(engineer)).Select(item => item.IsNew));
        Assert.Single(await Get<ListNotices>().HandleAsync(engineer, new(OnlyNew: true), Ct));
        // Who comes now is not greeted with what was before.
        var (_, _, newcomer) = await PersonAsync(team, TeamRole.Engineer);
        Assert.Equal((0, 2), (await CountAsync(newcomer), (await ListAsync(newcomer)).Count));
        // Page by page nothing is twice or left out.
        var first = Assert.Single(await Get<ListNotices>().HandleAsync(engineer, new(Take: 1), Ct));
        var second = Assert.Single(await Get<ListNotices>().HandleAsync(engineer, new(After: new NoticePosition(first.Notice.At, first.Notice.Id.Value)), Ct));
        Assert.Equal((2, 1), (first.Notice.Number, second.Notice.Number));
    }

    [Fact]
    public async Task Who_can_approve_is_asked_until_somebody_has_answered()
    {
        var (_, team) = await MemberAsync();
        var (_, _, engineer) = await PersonAsync(team, TeamRole.Engineer);
        var (_, _, reviewer) = await PersonAsync(team, TeamRole.Reviewer);
        var project = await team.ProjectAsync();
        await team.ShotsAsync(project, 2);
        var (model, _) = await team.ModelAsync(project, await team.RunAsync(project), []);
        Assert.True((await Get<ChangeProject>().HandleAsync(team.Owner, new(project, null, null, null, ApprovalNeeded: true), Ct)).Succeeded);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var asked = (await Get<AskToPublish>().HandleAsync(engineer, new(model.Id, "Finds scratches"), Ct)).Value;
        Assert.Equal((1, 0, 0), (await CountAsync(team.Owner), await CountAsync(engineer), await CountAsync(reviewer)));
        var told = Assert.Single(await ListAsync(team.Owner)).Notice;
        Assert.Equal((NoticeKind.ApprovalAsked, "Somebody", 1, "Finds scratches"), (told.Kind, told.Name, told.Number, told.Detail));
        Assert.False(Assert.Single(await ListAsync(engineer)).IsNew);
        Assert.True((await Get<DecidePublish>().HandleAsync(team.Owner, new(asked, Approve: false, "Misses dents"), Ct)).Succeeded);
        Assert.Empty(await ListAsync(team.Owner));
        Assert.True((await Get<WithdrawPublish>().HandleAsync(engineer, (await Get<AskToPublish>().HandleAsync(engineer, new(model.Id), Ct)).Value, Ct)).Succeeded);
        Assert.Empty(await ListAsync(team.Owner));
    }

    [Fact]
    public async Task The_end_of_a_study_and_of_a_registration_model_is_told_once_and_only_the_end()
    {
        var (_, team) = await MemberAsync();
        var clock = Get<NoticeClock>();
        var studied = await StudiedProject.CreateAsync(team);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var study = (await Get<StartStudy>().HandleAsync(team.Owner, new(studied.Project), Ct)).Value;
        await StudiedProject.WorkAsync(team, study, count: 2);
        await clock.LookAsync(Ct);
        Assert.Empty(await ListAsync(team.Owner));
        await using (var context = team.Open())
        {
            foreach (var run in await context.Runs.Where(r => r.StudyId == study && r.Status == RunStatus.Queued).ToListAsync(Ct))
                Assert.True(run.Claim("node", Host.Time.Now).Succeeded && run.Fail("The image is black.", null, Host.Time.Now).Succeeded);
            await context.SaveChangesAsync(Ct);
        }

        foreach (var _ in Enumerable.Range(0, 2))
            await clock.LookAsync(Ct);
        var told = Assert.Single(await ListAsync(team.Owner)).Notice;
        Assert.Equal((NoticeKind.StudyEnded, studied.Model.Version, (ProjectId?)studied.Project), (told.Kind, told.Number, told.ProjectId));
        Assert.StartsWith("2 of ", told.Detail, StringComparison.Ordinal);

        var registration = await RegistrationAsync(team);
        foreach (var _ in Enumerable.Range(0, 2))
            await clock.LookAsync(Ct);
        Assert.Equal((NoticeKind.RegistrationReady, "Housings", registration.Value), await NewestAsync(team));
        Host.Time.Advance(TimeSpan.FromDays(2));
        await RegistrationAsync(team, failure: "Out of memory.");
        await clock.LookAsync(Ct);
        Assert.Equal(NoticeKind.RegistrationFailed, (await NewestAsync(team)).Kind);
        Assert.Equal(3, (await ListAsync(team.Owner)).Count);
    }

    [Fact]
    public async Task Notices_go_when_their_time_is_over_or_their_project_is_deleted()
    {
        var (_, team) = await MemberAsync();
        var (gone, kept) = (await team.ProjectAsync("Gone"), await team.ProjectAsync());
        await team.ShotsAsync(gone, 2);
        await team.ShotsAsync(kept, 2);
        await FailAsync(team, gone);
        await FailAsync(team, kept);
        Assert.True((await Get<ReadNotice>().HandleAsync(team.Owner, (await ListAsync(team.Owner))[0].Notice.Id, Ct)).Succeeded);
        Assert.True((await Get<DeleteProject>().HandleAsync(team.Owner, new(gone, "Gone"), Ct)).Succeeded);
        Assert.Equal("kept", (await ListAsync(team.Owner)).Select(item => item.Notice.ProjectId == kept ? "kept" : "gone").Single());
        foreach (var (days, left) in new[] { (89, 1), (91, 0) })
        {
            // Of this team only: the other tests' notices stay.
            await using (var context = team.Open())
                await context.Notices.ExecuteUpdateAsync(notice => notice.SetProperty(n => n.At, Host.Time.Now - TimeSpan.FromDays(days)), Ct);
            await Get<NoticeClock>().SweepAsync(Ct);
            Assert.Equal(left, (await ListAsync(team.Owner)).Count);
        }
    }

    private Task<int> CountAsync(Actor actor) => Get<CountNotices>().HandleAsync(actor, Ct);

    private Task<IReadOnlyList<ListNotices.Item>> ListAsync(Actor actor) => Get<ListNotices>().HandleAsync(actor, new(), Ct);

    private async Task<(NoticeKind Kind, string Name, Guid Target)> NewestAsync(TeamAtWork team)
    {
        var newest = (await ListAsync(team.Owner))[0].Notice;
        return (newest.Kind, newest.Name, newest.Target);
    }

    /// <summary>A run that fails a moment later than all that was before.</summary>
    private async Task FailAsync(TeamAtWork team, ProjectId project)
    {
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        await team.WorkAsync(await team.RunAsync(project), run => { _ = run.Claim("node", Host.Time.Now); return run.Fail("The image is black. Upload another.", null, Host.Time.Now); });
    }

    /// <summary>Trained as its worker leaves it, or failed.</summary>
    private async Task<RegistrationId> RegistrationAsync(TeamAtWork team, string? failure = null)
    {
        var (first, second) = (await team.ProjectAsync(), await team.ProjectAsync());
        await team.ShotsAsync(first, 2);
        await team.ShotsAsync(second, 2);
        Host.Time.Advance(TimeSpan.FromSeconds(1));
        var id = (await Get<TrainRegistration>().HandleAsync(team.Owner, new("Housings", [first, second], TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 }), Ct)).Value;
        await using var context = team.Open();
        var registration = await context.Registrations.SingleAsync(r => r.Id == id, Ct);
        var run = await context.Runs.SingleAsync(r => r.Id == registration.RunId, Ct);
        Assert.True(run.Claim("node", Host.Time.Now).Succeeded);
        if (failure is null)
            registration.Trained(BlobKey.For(team.Tenant, BlobKind.Model, new string('a', 64)), 1, ModelOrigin.Of(run));
        Assert.True((failure is null ? run.Succeed(Host.Time.Now) : run.Fail(failure, null, Host.Time.Now)).Succeeded);
        await context.SaveChangesAsync(Ct);
        return id;
    }
}
