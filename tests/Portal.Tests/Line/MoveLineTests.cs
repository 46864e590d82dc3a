using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Webhooks;
using FewShotAD.Portal.Features.Line;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Features.Review;
using FewShotAD.Portal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FewShotAD.Portal.Tests.Line;

public sealed class MoveLineTests(PortalHost host) : PortalTest(host)
{
    [Fact]
    public async Task A_version_says_who_why_and_what_it_changes()
    {
        var made = await LinedProject.CreateAsync(Team);
        var ada = await LinedProject.MemberAsync(Team, "Ada", TeamRole.Engineer, Host.Time.Now);
        var preview = (await Get<PreviewLine>().HandleAsync(Team.Viewer, new(made.Model.Id, 0.95, 1.75), Ct)).Value;
        var moved = (await Get<MoveLine>().HandleAsync(ada, new(made.Model.Id, 0.95, 1.75, null, "Escapes"), Ct)).Value;
        Assert.Equal((2, "Escapes", "Ada", ada.User), (moved.Number, moved.Reason, moved.MadeByName, moved.MadeBy));
        // Good at 1.0 leaves normal; a defective one at 1.8 and one at 1.9 whose label says nothing, for it is not in the test set, become defects.
        LineFlip[] expected =
        [
            new(ImageLabel.Normal, Verdict.Normal, Verdict.Uncertain, 1), new(ImageLabel.Defective, Verdict.Uncertain, Verdict.Defect, 1),
            new(ImageLabel.Unknown, Verdict.Uncertain, Verdict.Defect, 1),
        ];
        Assert.Equal(expected, moved.Flips.Counts);
        Assert.Equal(expected, preview.Flips);
        Assert.Equal(["bad/1", "good/1"], moved.Flips.Labelled.Select(image => image.Name).Order());
        Assert.Equal(["bad/1", "good/1", "loose/0"], preview.Images.Select(image => image.Name).Order());
        Assert.Equal(ImageLabel.Unknown, preview.Images.Single(image => image.Name == "loose/0").Label);
        var scores = (await Get<GetLineScores>().HandleAsync(Team.Viewer, made.Model.Id, Ct)).Value;
        Assert.Equal(new LineCounts(new(1, 2, 0), new(1, 0, 2), new(0, 1, 1)), scores.At(preview.To.Thresholds()));

        await using var context = Team.Open();
        var entry = await context.Audit.SingleAsync(e => e.Action == AuditAction.LineMove, Ct);
        Assert.Contains("line 2: T1 0.95, T2 1.75, pixels 0.6; 3 images change. Escapes", entry.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_that_judges_goes_by_the_line_in_force_and_what_people_said_stays()
    {
        var made = await LinedProject.CreateAsync(Team);
        Assert.True((await Get<GiveVerdict>().HandleAsync(Team.Owner, new(made.Result("bad/2"), ReviewDecision.Normal, null, "Dust"), Ct)).Succeeded);
        Assert.Equal((3, 4, 1), await VerdictsAsync(made));
        Assert.Equal(["bad/1", "good/2", "loose/0", "what/0"], await QueueAsync(made));

        await MoveAsync(made, 1.65, 1.85);
        Assert.Equal((4, 2, 2), await VerdictsAsync(made));
        Assert.Equal(["bad/1", "loose/0", "what/0"], await QueueAsync(made));
        await using var context = Team.Open();
        var item = await context.ReviewItems.AsNoTracking().SingleAsync(Ct);
        Assert.Equal((ReviewState.Decided, ReviewDecision.Normal), (item.State, item.Decision));
        Assert.Equal(Verdict.Defect, (await context.ReviewVerdicts.AsNoTracking().SingleAsync(Ct)).ModelSaid);
        Assert.All(await context.Results.AsNoTracking().ToListAsync(Ct), now => Assert.Equal(made.Results.Single(r => r.Id == now.Id).Score, now.Score));
    }

    [Fact]
    public async Task An_image_that_somebody_has_open_may_still_be_answered_when_the_line_passes_over_it()
    {
        var made = await LinedProject.CreateAsync(Team);
        var ben = await LinedProject.MemberAsync(Team, "Ben", TeamRole.Reviewer, Host.Time.Now);
        var held = (await Get<TakeReview>().HandleAsync(ben, new(made.Project, 1, [], QueueFilter.All), Ct)).Value.Items.Single();
        await MoveAsync(made, 5, 5);
        Assert.Empty(await QueueAsync(made));
        var given = await Get<GiveVerdict>().HandleAsync(ben, new(held.Id, ReviewDecision.Defect, null, "Seen", null, FromQueue: true), Ct);
        Assert.True(given.Succeeded, given.Error?.Message);
    }

    [Fact]
    public async Task Going_back_is_a_new_version_that_names_the_old_one()
    {
        var made = await LinedProject.CreateAsync(Team);
        await MoveAsync(made, 0.5, 1.5);
        await MoveAsync(made, 1.2, 2.5, pixel: 0.9);
        var back = (await Get<RestoreLine>().HandleAsync(Team.Engineer, new(made.Model.Id, 1), Ct)).Value;
        Assert.Equal((4, 1, "Back to version 1"), (back.Number, back.Restores, back.Reason));
        var versions = (await Get<ListLineVersions>().HandleAsync(Team.Viewer, new(made.Model.Id), Ct)).Value;
        Assert.Equal([(4, true), (3, false), (2, false), (1, false)], versions.Select(v => (v.Number, v.InForce)));
        Assert.Equal((TeamAtWork.Line.Thresholds(), LineView.FittedBy), (versions[3].Thresholds, versions[3].By));
        Assert.Equal(TeamAtWork.Line, await LineAsync(made));
        Assert.Equal(new LineThresholds(1.2, 2.5, 0.9), (await Get<RestoreLine>().HandleAsync(Team.Engineer, new(made.Model.Id, 3, "Better after all"), Ct)).Value.Thresholds());
        Assert.IsType<LineVersionNotFound>((await Get<RestoreLine>().HandleAsync(Team.Engineer, new(made.Model.Id, 9), Ct)).Error);
        Assert.IsType<LineUnchanged>((await Get<RestoreLine>().HandleAsync(Team.Engineer, new(made.Model.Id, 3), Ct)).Error);
        Assert.Equal([3, 2], (await Get<ListLineVersions>().HandleAsync(Team.Viewer, new(made.Model.Id, Before: 4, Take: 2), Ct)).Value.Select(v => v.Number));
    }

    [Fact]
    public async Task Of_two_who_move_it_at_once_the_second_is_told_who_was_first()
    {
        var made = await LinedProject.CreateAsync(Team);
        var people = new[] { await LinedProject.MemberAsync(Team, "Ada", TeamRole.Engineer, Host.Time.Now), await LinedProject.MemberAsync(Team, "Ben", TeamRole.Engineer, Host.Time.Now) };
        var results = await Task.WhenAll(people.Select((who, i) => Task.Run(async () =>
        {
            await using var scope = Host.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<MoveLine>().HandleAsync(who, new(made.Model.Id, 0.5 + i, 3 + i, null, $"Reason {i}", Expected: 1), Ct);
        }, Ct)));
        var won = Assert.Single(results, r => r.Succeeded).Value;
        var lost = Assert.IsType<LineMoved>(Assert.Single(results, r => !r.Succeeded).Error);
        Assert.Equal((2, won.MadeByName, ErrorKind.Stale), (lost.Number, lost.By, lost.Kind));
        await using var context = Team.Open();
        Assert.Equal(won.Reason, (await context.LineVersions.AsNoTracking().SingleAsync(Ct)).Reason);
        Assert.Equal(won.CertainlyDefective, (await LineAsync(made)).CertainlyDefective);
        // Without saying what was seen both hold, one after the other.
        await MoveAsync(made, 0.1, 0.2);
        Assert.Equal(2, await context.LineVersions.CountAsync(Ct));
    }

    [Fact]
    public async Task A_move_is_told_to_other_systems_in_the_same_breath()
    {
        var made = await LinedProject.CreateAsync(Team);
        await using (var context = Team.Open())
        {
            context.Webhooks.Add(Webhook.Create(Team.Tenant, "MES", "https://mes.invalid/hook", HappeningKinds.LineChanged, "closed", false, Team.Owner.User, Host.Time.Now).Value);
            await context.SaveChangesAsync(Ct);
        }

        await MoveAsync(made, 1, 1.75);
        Assert.IsType<LineUnchanged>((await Get<MoveLine>().HandleAsync(Team.Engineer, new(made.Model.Id, 1, 1.75, null, "Again"), Ct)).Error);
        await using var after = Team.Open();
        var body = (await after.WebhookDeliveries.AsNoTracking().SingleAsync(Ct)).Body;
        Assert.Contains("\"kind\":\"line.changed\"", body, StringComparison.Ordinal);
        Assert.Contains("\"line\":2,\"t1\":1,\"t2\":1.75,\"pixelThreshold\":0.6,\"reason\":\"Tried\",\"restores\":null,\"flipped\":2", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heatmap_is_drawn_anew_while_the_pixel_threshold_is_elsewhere()
    {
        var made = await LinedProject.CreateAsync(Team);
        var (stored, tag) = await HeatmapAsync(made);
        await MoveAsync(made, 1, 2, pixel: 1.9);
        var (drawn, other) = await HeatmapAsync(made);
        Assert.NotEqual(tag, other);
        Assert.NotEqual(stored, drawn);
        Assert.Equal([0x89, 0x50, 0x4e, 0x47], drawn[..4]);
        await MoveAsync(made, 1, 2, pixel: 3.1);
        Assert.NotEqual(drawn, (await HeatmapAsync(made)).File);
        Assert.True((await Get<RestoreLine>().HandleAsync(Team.Engineer, new(made.Model.Id, 1), Ct)).Succeeded);
        Assert.Equal((Convert.ToHexString(stored), tag), (Convert.ToHexString((await HeatmapAsync(made)).File), (await HeatmapAsync(made)).Tag));
    }

    [Fact]
    public async Task Options_are_offered_with_what_they_cost_and_nothing_moves()
    {
        var made = await LinedProject.CreateAsync(Team);
        var before = (await Get<GetLineOptions>().HandleAsync(Team.Viewer, made.Model.Id, Ct)).Value;
        Assert.Equal((null, (double?)null), (before.Cheapest, before.InForce.CostOfHundred));
        Assert.Equal(1.7, before.F1Max!.T2, 9);
        Assert.True((await Get<Portal.Features.Projects.ChangeProject>().HandleAsync(
            Team.Engineer, new(made.Project, null, null, null, Costs: new LineCosts(10, 1, 0.1)), Ct)).Succeeded);
        var after = (await Get<GetLineOptions>().HandleAsync(Team.Viewer, made.Model.Id, Ct)).Value;
        // One escape and two reviews among six images, as it is.
        Assert.Equal(((10 + 0.2) * 100 / 6), after.InForce.CostOfHundred!.Value, 9);
        Assert.Equal((0.65, 1.7), (Math.Round(after.Cheapest!.T1, 9), Math.Round(after.Cheapest.T2, 9)));
        Assert.True(after.Cheapest.CostOfHundred < after.InForce.CostOfHundred);
        Assert.Equal(TeamAtWork.Line, await LineAsync(made));
    }

    private async Task MoveAsync(LinedProject made, double t1, double t2, double? pixel = null)
    {
        var moved = await Get<MoveLine>().HandleAsync(Team.Engineer, new(made.Model.Id, t1, t2, pixel, "Tried"), Ct);
        Assert.True(moved.Succeeded, moved.Error?.Message);
    }

    private async Task<(int Normal, int Uncertain, int Defect)> VerdictsAsync(LinedProject made)
    {
        var counts = (await Get<ListResults>().HandleAsync(Team.Viewer, new(made.Project), Ct)).Value.Counts;
        return (counts[Verdict.Normal], counts[Verdict.Uncertain], counts[Verdict.Defect]);
    }

    private async Task<IEnumerable<string>> QueueAsync(LinedProject made) =>
        (await Get<ListQueue>().HandleAsync(Team.Owner, new(made.Project, QueueFilter.All, 100), Ct)).Value.Items.Select(item => item.Name).Order(StringComparer.Ordinal);

    private async Task<(byte[] File, string Tag)> HeatmapAsync(LinedProject made)
    {
        var got = (await Get<GetHeatmap>().HandleAsync(Team.Viewer, made.Results[0].Id, Ct)).Value;
        await using var content = got.Content;
        using var file = new MemoryStream();
        await content.CopyToAsync(file, Ct);
        return (file.ToArray(), got.Tag);
    }

    private async Task<Calibration> LineAsync(LinedProject made)
    {
        await using var context = Team.Open();
        return (await context.Models.AsNoTracking().SingleAsync(m => m.Id == made.Model.Id, Ct)).Calibration;
    }
}
