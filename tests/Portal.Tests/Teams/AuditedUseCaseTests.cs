using System.IO.Compression;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Marks;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Models.Portable;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using FewShotAD.Domain.Transfers;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Portal.Features.Annotate;
using FewShotAD.Portal.Features.Bundles;
using FewShotAD.Portal.Features.Evaluation;
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
using FewShotAD.Portal.Features.Webhooks;
using FewShotAD.Portal.Shared;
using FewShotAD.Portal.Tests.Stability;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Tests.Teams;

/// <summary>Whatever changes something leaves a line in the trail. A use case that is not listed as reading is taken to write.</summary>
public sealed class AuditedUseCaseTests(PortalHost host) : PortalTest(host)
{
    private static readonly Type[] Reading =
    [
        typeof(GetRegistry), typeof(CompareModels), typeof(ListCompared), typeof(GetComparedScores), typeof(ListPublishRequests), typeof(GetPublishRequest), typeof(ListPublications),
        typeof(GetEvaluation), typeof(GetLine), typeof(GetLineScores), typeof(GetLineOptions), typeof(ListLineVersions), typeof(PreviewLine), typeof(GetHeatmap), typeof(CountResults), typeof(GetSupportShots),
        typeof(ListNotices), typeof(CountNotices), typeof(GetProject), typeof(ListProjects), typeof(ListImages), typeof(GetRun), typeof(PlanRun), typeof(PlanStudy), typeof(GetStudy), typeof(ListStudies), typeof(GetRegistration), typeof(ListRegistrations), typeof(ListSchedules), typeof(GetSchedule), typeof(ListScheduleOutcomes), typeof(GetDrift), typeof(ListRuns), typeof(GetResult),
        typeof(ListResults), typeof(ListModels), typeof(ListTeam), typeof(ListApiKeys), typeof(ListAudit), typeof(VerifyAudit),
        typeof(GetUsage), typeof(ListWebhooks), typeof(GetWebhook), typeof(ListDeliveries),
        typeof(GetImage), typeof(GetRunState), typeof(ListRunRecords), typeof(GetModel), typeof(ListVerdicts), typeof(ListTransfers), typeof(GetTransfer), typeof(GetScoreBatch), typeof(ListScoreBatches), typeof(CountUnscored), typeof(GetScoringModel), typeof(GetRecentScore),
        typeof(GetAnnotation), typeof(GetDrawing), typeof(GetIgnoreMask), typeof(GetProjectIgnore),
        typeof(ListQueue), typeof(GetReviewDesk), typeof(ListReviewed), typeof(GetReviewCase), typeof(GetReviewStatistics),
        typeof(TakeReview), typeof(ReleaseReview), // who has what open for a few minutes; what counts is the verdict
        typeof(ReadNotice), typeof(ReadAllNotices), // what a person has read is theirs alone
        typeof(WarmModel), // changes nothing but the speed of the next answer
        typeof(ScoreImage), // keeps nothing, or keeps it by KeepScored
    ];

    public static TheoryData<string> Writers => [.. Door.All.Where(d => !d.IsForAdministrators && !Reading.Contains(d.Handler)).Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(Writers))]
    public async Task What_succeeds_is_in_the_trail(string name)
    {
        var keys = await Seed.FullProjectAsync(Team, Ct);
        var before = await CountAsync();
        var result = await CallAsync(name, keys);
        Assert.True(Door.ErrorOf(result) is null, Door.ErrorOf(result)?.Message);
        await using var context = Team.Open();
        var added = await context.Audit.Where(e => e.Sequence > before).ToListAsync(Ct);
        Assert.Contains(added, entry => entry.ActorId == Team.Owner.User);
        Assert.All(added, entry =>
        {
            Assert.Contains(entry.Action, AuditAction.All);
            Assert.NotEmpty(entry.SubjectId);
        });
        Assert.True((await Get<VerifyAudit>().HandleAsync(Team.Owner, new(null), Ct)).Value.IsWhole);
    }

    [Fact]
    public async Task What_is_refused_is_not_in_the_trail()
    {
        await Team.ProjectAsync("Flange");
        var before = await CountAsync();
        Assert.False((await Get<CreateProject>().HandleAsync(Team.Owner, new("Flange", null), Ct)).Succeeded);
        Assert.False((await Get<CreateProject>().HandleAsync(Team.Viewer, new("Cover", null), Ct)).Succeeded);
        Assert.Equal(before, await CountAsync());
    }

    [Fact]
    public async Task What_a_key_does_is_under_the_keys_name()
    {
        var made = (await Get<CreateApiKey>().HandleAsync(Team.Owner, new("Line 4", TeamPermissions.Write, 60, null), Ct)).Value;
        var program = Team.Owner with { Key = new ActingKey(made.Id, TeamPermissions.Write) };
        await Get<CreateProject>().HandleAsync(program, new("Flange", null), Ct);
        await using var context = Team.Open();
        var entry = await context.Audit.SingleAsync(e => e.Action == AuditAction.ProjectCreate, Ct);
        Assert.Equal((made.Id, "API key Line 4", "Flange"), (entry.KeyId!.Value, entry.ActorName, entry.Detail));
    }

    /// <summary>Most take what a test knows of their parameters' types; these need a certain state or word.</summary>
    private async Task<object?> CallAsync(string name, Keys keys)
    {
        switch (name.Split('.')[0])
        {
            case nameof(DeleteProject):
                var project = (await Get<GetProject>().HandleAsync(Team.Owner, keys.Project, Ct)).Value.Project.Name;
                return await Get<DeleteProject>().HandleAsync(Team.Owner, new(keys.Project, project), Ct);
            case nameof(ClassifyImages):
                return await Get<ClassifyImages>().HandleAsync(Team.Owner, new(keys.Project, [keys.Image], ImageSplit.Test, ImageLabel.Normal, null), Ct);
            case nameof(CancelRun):
                return await Get<CancelRun>().HandleAsync(Team.Owner, await Team.RunAsync(keys.Project), Ct);
            case nameof(ChangeTimeZone):
                return await Get<ChangeTimeZone>().HandleAsync(Team.Owner, new("Europe/Berlin"), Ct);
            case nameof(PauseRun):
                return await Get<PauseRun>().HandleAsync(Team.Owner, await Team.RunAsync(keys.Project), Ct);
            case nameof(CancelScoreBatch):
                var batch = ScoringBatch.Queue(keys.ModelRow, [keys.Image], Team.Owner.User, Host.Time.Now).Value;
                await using (var context = Team.Open())
                {
                    context.ScoringBatches.Add(batch);
                    await context.SaveChangesAsync(Ct);
                }

                return await Get<CancelScoreBatch>().HandleAsync(Team.Owner, batch.Id, Ct);
            case nameof(StartRun):
                return await Get<StartRun>().HandleAsync(Team.Owner, new(keys.Project, TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 }), Ct);
            case nameof(StartStudy):
                return await Get<StartStudy>().HandleAsync(Team.Owner, new((await StudiedProject.CreateAsync(Team)).Project), Ct);
            case nameof(CancelStudy):
                var studied = await StudiedProject.CreateAsync(Team);
                return await Get<CancelStudy>().HandleAsync(Team.Owner, (await Get<StartStudy>().HandleAsync(Team.Owner, new(studied.Project), Ct)).Value, Ct);
            case nameof(CancelRegistration):
                var trained = await Get<TrainRegistration>().HandleAsync(
                    Team.Owner, new("Parts", [keys.Project, keys.Other], TrainingRecipe.For(TrainingPreset.Quick) with { Shots = 2 }), Ct);
                return await Get<CancelRegistration>().HandleAsync(Team.Owner, trained.Value, Ct);
            case nameof(StartImport):
                return await Get<StartImport>().HandleAsync(Team.Owner, new(keys.Project, Zip(), "parts.zip"), Ct);
            case nameof(StartBundleImport):
                return await Get<StartBundleImport>().HandleAsync(Team.Owner, new(keys.Project, await SealedAsync(), "part.bundle.zip"), Ct);
            case nameof(GetBundle):
                await Team.PutAsync(BlobKind.Model, keys.ModelRow);
                goto default;
            case nameof(StartRestore):
                return await Get<StartRestore>().HandleAsync(Team.Owner, new(Zip(), "backup.zip"), Ct);
            case nameof(GiveVerdict):
                return await Get<GiveVerdict>().HandleAsync(Team.Owner, new(keys.Result, ReviewDecision.Unsure, null, null), Ct);
            case nameof(WithdrawVerdict):
                await GiveAsync(keys.Result, ReviewDecision.Unsure);
                return await Get<WithdrawVerdict>().HandleAsync(Team.Owner, keys.Result, Ct);
            case nameof(AcceptReviewed):
                await GiveAsync(keys.Result, ReviewDecision.Unsure);
                return await Get<AcceptReviewed>().HandleAsync(Team.Owner, new(keys.Project), Ct);
            case nameof(ReopenReview):
                await GiveAsync(keys.Result, ReviewDecision.Unsure);
                return await Get<ReopenReview>().HandleAsync(Team.Owner, new(keys.Result, "The line was moved"), Ct);
            case nameof(UseVerified):
                await GiveAsync(keys.Result, ReviewDecision.Defect);
                return await Get<UseVerified>().HandleAsync(Team.Owner, new(keys.Project, [keys.Result], VerifiedUse.Test), Ct);
            case nameof(AttachMask):
                return await Get<AttachMask>().HandleAsync(Team.Owner, new(keys.Image, new MemoryStream(Picture.Mask())), Ct);
            case nameof(CreateWebhook):
                return await Get<CreateWebhook>().HandleAsync(Team.Owner, new("MES", "https://mes.example/", HappeningKinds.RunFinished), Ct);
            case nameof(ChangeWebhook):
                return await Get<ChangeWebhook>().HandleAsync(Team.Owner, new(keys.Webhook, "MES", null, null, true), Ct);
            case nameof(MakeResetLink):
                var token = (await Get<InviteMember>().HandleAsync(Team.Owner, new(TeamRole.Viewer, null, null), Ct)).Value.Token;
                Assert.True((await Get<Invitations>().RegisterAsync(token, new NewAccount($"{Guid.NewGuid():N}@example.com", Browser.Password, "New"), Ct)).Succeeded);
                var member = (await Get<ListTeam>().HandleAsync(Team.Owner, Ct)).Value.Items.Single(m => m.Name == "New").User;
                return await Get<MakeResetLink>().HandleAsync(Team.Owner, member, Ct);
            case nameof(SampleProjects):
                // Drawing them all takes long; each picture is an upload, which is asked here as well.
                using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct))
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Get<SampleProjects>().HandleAsync(Team.Owner, new StopAtOnce(stop), stop.Token));
                return null;
            case nameof(RemoveProjectIgnore) or nameof(StopRescoring):
                var region = new Shape(ShapeTool.Box, ShapeLayer.Ignore, [0, 0, 8, 8]);
                Assert.True((await Get<SaveProjectIgnore>().HandleAsync(Team.Owner, new(keys.Project, 48, 40, [region]), Ct)).Succeeded);
                goto default;
            case nameof(RestoreLine):
                Assert.True((await Get<MoveLine>().HandleAsync(Team.Owner, new(keys.Model, 1.1, 2.2, null, "Escapes"), Ct)).Succeeded);
                return await Get<RestoreLine>().HandleAsync(Team.Owner, new(keys.Model, 1), Ct);
            case nameof(RollBackModel):
                var (other, _) = await Team.ModelAsync(keys.Project, await Team.RunAsync(keys.Project), []);
                foreach (var model in new[] { keys.Model, other.Id })
                    Assert.True((await Get<PublishModel>().HandleAsync(Team.Owner, new(model), Ct)).Succeeded);
                return await Get<RollBackModel>().HandleAsync(Team.Owner, new(keys.Project), Ct);
            case nameof(AskToPublish):
                Assert.True((await Get<ChangeProject>().HandleAsync(Team.Owner, new(keys.Project, null, null, null, ApprovalNeeded: true), Ct)).Succeeded);
                return await Get<AskToPublish>().HandleAsync(Team.Owner, new(keys.Model), Ct);
            case nameof(DecidePublish):
                return await Get<DecidePublish>().HandleAsync(Team.Owner, new(await AskAsync(keys, new Actor(Team.Tenant, new UserId(Guid.NewGuid()), TeamRole.Engineer)), true), Ct);
            case nameof(WithdrawPublish):
                return await Get<WithdrawPublish>().HandleAsync(Team.Owner, await AskAsync(keys, Team.Owner), Ct);
            case nameof(LeaveTeam):
                await using (var context = Team.Open())
                {
                    context.Memberships.Add(Membership.Create(Team.Tenant, Team.Owner.User, TeamRole.Owner, Host.Time.Now));
                    context.Memberships.Add(Membership.Create(Team.Tenant, new UserId(Guid.NewGuid()), TeamRole.Owner, Host.Time.Now));
                    await context.SaveChangesAsync(Ct);
                }

                return await Get<LeaveTeam>().HandleAsync(Team.Owner, Ct);
            default:
                return await Door.All.Single(d => d.Name == name).CallAsync(Get<IServiceProvider>(), Team.Owner, keys, Ct);
        }
    }

    private async Task<PublishRequestId> AskAsync(Keys keys, Actor by)
    {
        Assert.True((await Get<ChangeProject>().HandleAsync(Team.Owner, new(keys.Project, null, null, null, ApprovalNeeded: true), Ct)).Succeeded);
        return (await Get<AskToPublish>().HandleAsync(by, new(keys.Model), Ct)).Value;
    }

    private async Task GiveAsync(ResultId result, ReviewDecision decision) =>
        Assert.True((await Get<GiveVerdict>().HandleAsync(Team.Owner, new(result, decision, null, null), Ct)).Succeeded);

    private static MemoryStream Zip()
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry(ArchiveFiles.Project);
        stream.Position = 0;
        return stream;
    }

    private static async Task<MemoryStream> SealedAsync()
    {
        var stream = Zip();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
            zip.Comment = PortableFile.EmptySeal;
        await PortableFile.SealAsync(stream, Ct);
        stream.Position = 0;
        return stream;
    }

    private sealed class StopAtOnce(CancellationTokenSource stop) : IProgress<SampleProjects.Progress>
    {
        public void Report(SampleProjects.Progress value) => stop.Cancel();
    }

    private async Task<long> CountAsync()
    {
        await using var context = Team.Open();
        return await context.Audit.LongCountAsync(Ct);
    }
}
