using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Api;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Features.Evaluation;
using FewShotAD.Portal.Features.Account;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Features.Images;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Features.Notices;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Features.Registrations;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Features.Schedules;
using FewShotAD.Portal.Features.Scoring;
using FewShotAD.Portal.Features.Stability;
using FewShotAD.Portal.Features.Teams;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Features.Transfers;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Stability;
using FewShotAD.Portal.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Tenancy;

/// <summary>Who may do what. A use case that is not listed as reading is taken to write, and must then refuse who only reads.</summary>
public sealed class RoleTests(PortalHost host) : PortalTest(host)
{
    private static readonly Type[] Reading =
    [
        typeof(GetRegistry), typeof(CompareModels), typeof(ListCompared), typeof(GetComparedScores), typeof(ListPublishRequests), typeof(GetPublishRequest), typeof(ListPublications),
        typeof(GetEvaluation), typeof(GetLine), typeof(GetLineScores), typeof(GetLineOptions), typeof(ListLineVersions), typeof(PreviewLine), typeof(GetHeatmap), typeof(CountResults), typeof(GetSupportShots),
        typeof(ListNotices), typeof(CountNotices), typeof(GetProject), typeof(ListProjects), typeof(ListImages), typeof(GetRun), typeof(PlanRun), typeof(PlanStudy), typeof(GetStudy), typeof(ListStudies), typeof(GetRegistration), typeof(ListRegistrations), typeof(ListSchedules), typeof(GetSchedule), typeof(ListScheduleOutcomes), typeof(GetDrift), typeof(ListRuns), typeof(GetResult),
        typeof(ListResults), typeof(ListModels), typeof(ListTeam), typeof(GetUsage), typeof(GetScoreBatch), typeof(ListScoreBatches), typeof(CountUnscored), typeof(GetScoringModel), typeof(ListTransfers), typeof(GetTransfer), typeof(GetBundle),
        typeof(GetImage), typeof(GetRunState), typeof(ListRunRecords), typeof(GetModel), typeof(ListVerdicts), typeof(GetAnnotation), typeof(GetIgnoreMask),
        typeof(GetProjectIgnore), typeof(GetDrawing),
        typeof(ListQueue), typeof(GetReviewDesk), typeof(ListReviewed), typeof(GetReviewCase), typeof(GetReviewStatistics),
        // An export writes nothing that is anybody else's; whoever may read may make one, and end it again.
        typeof(StartExport), typeof(CancelTransfer), typeof(DeleteTransfer),
    ];

    private static readonly Type[] Reviewing = [typeof(GiveVerdict), typeof(SaveAnnotation), typeof(WithdrawVerdict), typeof(TakeReview), typeof(ReleaseReview)];

    /// <summary>Use cases that act for nobody yet, or get the actor from the request.</summary>
    private static readonly Type[] WithoutActor = [typeof(TeamSignIn), typeof(BackboneFiles), typeof(Pictures), typeof(ExportAudit), typeof(RunEventStream)];

    /// <summary>Whoever is in a team may go, and has read what they have read.</summary>
    private static readonly Type[] ForEveryRole = [typeof(LeaveTeam), typeof(ReadNotice), typeof(ReadAllNotices)];

    public static TheoryData<string> Writers => [.. Door.All.Where(d => !d.IsForAdministrators && !Reading.Contains(d.Handler) && !ForEveryRole.Contains(d.Handler)).Select(d => d.Name)];

    public static TheoryData<string> Readers => [.. Door.All.Where(d => Reading.Contains(d.Handler)).Select(d => d.Name)];

    [Fact]
    public void Every_use_case_acts_for_somebody_or_is_known_not_to()
    {
        var useCases = typeof(App).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && typeof(IUseCase).IsAssignableFrom(t));
        Assert.Equal(
            WithoutActor.Select(t => t.Name).Order(),
            useCases.Where(t => Door.All.All(d => d.Handler != t)).Select(t => t.Name).Order());
    }

    [Fact]
    public void Every_reading_use_case_still_exists() => Assert.All(Reading, type => Assert.Contains(Door.All, d => d.Handler == type));

    [Theory]
    [MemberData(nameof(Writers))]
    public async Task Who_only_reads_or_reviews_cannot_write(string name)
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        var before = await TenantRows.DescribeAsync(Team, Ct);
        foreach (var role in new[] { TeamRole.Viewer, TeamRole.Reviewer })
        {
            if (role == TeamRole.Reviewer && Reviewing.Any(type => name.StartsWith($"{type.Name}.", StringComparison.Ordinal)))
                continue;
            var result = await Call(name, Team.Owner with { Role = role }, keys);
            Assert.Equal(role, Assert.IsType<RoleTooLow>(Door.ErrorOf(result)).Role);
        }

        Assert.Equal(before, await TenantRows.DescribeAsync(Team, Ct));
    }

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Who_only_reads_may_read(string name)
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        // Two versions, so that there is something to compare.
        await Team.ModelAsync(keys.Project, await Team.RunAsync(keys.Project), []);
        // What is downloaded has to be stored.
        await Team.PutAsync(BlobKind.Model, keys.ModelRow);
        // A project with two shots has no sets to draw.
        if (name.StartsWith(nameof(PlanStudy), StringComparison.Ordinal))
        {
            var studied = await StudiedProject.CreateAsync(Team);
            keys = keys with { Project = studied.Project, Model = studied.Model.Id };
        }

        Assert.Null(Door.ErrorOf(await Call(name, Team.Viewer, keys)));
    }

    [Fact]
    public async Task Only_an_owner_deletes_a_project()
    {
        var project = await Team.ProjectAsync("Flange");
        var delete = Get<DeleteProject>();
        Assert.Equal(TeamRole.Owner, Assert.IsType<RoleTooLow>((await delete.HandleAsync(Team.Engineer, new(project, "Flange"), Ct)).Error).Needed);
        Assert.True((await delete.HandleAsync(Team.Owner, new(project, "Flange"), Ct)).Succeeded);
    }

    private Task<object?> Call(string name, Actor actor, Keys keys) =>
        Door.All.Single(d => d.Name == name).CallAsync(Get<IServiceProvider>(), actor, keys, Ct);
}
