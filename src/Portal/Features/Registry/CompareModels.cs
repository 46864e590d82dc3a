using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>How many images with a label the one model calls this and the other that.</summary>
public sealed record VerdictChange(ImageLabel Label, Verdict First, Verdict Second, int Images)
{
    /// <summary>Whether the label speaks for the second model; null where the verdict is the same or nothing is known.</summary>
    public bool? IsBetter => (First == Second, Label) switch
    {
        (false, ImageLabel.Normal) => Second < First,
        (false, ImageLabel.Defective) => Second > First,
        _ => null,
    };
}

/// <summary>One of the two.</summary>
/// <param name="Scored">Images that it has a result of, the other or not.</param>
/// <param name="Ranking">On the images of both; null where a class is missing.</param>
/// <param name="Good">What its line makes of good images.</param>
public sealed record ComparedModel(TrainedModel Model, int Scored, RankingMetrics? Ranking, VerdictCounts Good, VerdictCounts Defective);

/// <param name="Images">That both have scored: everything here is about these alone.</param>
/// <param name="Auroc">The second less the first.</param>
/// <param name="Changes">All pairs of verdicts that occur, the same ones too.</param>
public sealed record ModelComparison(ComparedModel First, ComparedModel Second, int Images, int Unlabelled, AurocDifference? Auroc, IReadOnlyList<VerdictChange> Changes)
{
    public int Flipped => Changes.Where(change => change.First != change.Second).Sum(change => change.Images);

    public int Better => Changes.Where(change => change.IsBetter == true).Sum(change => change.Images);

    public int Worse => Changes.Where(change => change.IsBetter == false).Sum(change => change.Images);

    public int Of(ComparedShow show) => show switch
    {
        ComparedShow.Flipped => Flipped,
        ComparedShow.Better => Better,
        ComparedShow.Worse => Worse,
        _ => Images,
    };
}

/// <summary>Two versions on the same images: what each makes of them, side by side.</summary>
public sealed class CompareModels(PortalDb db) : IUseCase
{
    /// <param name="First">Null for the published one.</param>
    /// <param name="Second">Null for the newest one.</param>
    public sealed record Request(ProjectId Project, ModelId? First = null, ModelId? Second = null);

    public async Task<Result<ModelComparison>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        if (!await context.Projects.AnyAsync(p => p.Id == request.Project, ct))
            return new ProjectNotFound();
        var pair = await ComparedPair.FindAsync(context, request.Project, request.First, request.Second, ct);
        return pair.Succeeded ? await OfAsync(context, pair.Value.First, pair.Value.Second, ct) : pair.Error;
    }

    /// <param name="second">The model that is asked about; compared with the published one, or with the newest other one, unless <paramref name="first"/> is given.</param>
    public async Task<Result<ModelComparison>> OfModelAsync(Actor actor, ModelId second, ModelId? first, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var project = await context.Models.Where(m => m.Id == second).Select(m => (ProjectId?)m.ProjectId).FirstOrDefaultAsync(ct);
        if (project is not { } of)
            return new ModelNotFound();
        var pair = await ComparedPair.FindAsync(context, of, first, second, ct);
        return pair.Succeeded ? await OfAsync(context, pair.Value.First, pair.Value.Second, ct) : pair.Error;
    }

    /// <summary>One walk over the pairs of scores.</summary>
    private static async Task<ModelComparison> OfAsync(PortalDbContext context, TrainedModel first, TrainedModel second, CancellationToken ct)
    {
        var rows = await ComparedRows.OfAsync(context, first, second, ct);
        var (a, b, positive) = (new List<double>(), new List<double>(), new List<bool>());
        var changes = new Dictionary<(ImageLabel Label, Verdict First, Verdict Second), int>();
        await foreach (var row in rows.Rows().Select(r => new { r.Label, r.First, r.Second }).AsAsyncEnumerable().WithCancellation(ct))
        {
            var key = (row.Label, first.Calibration.Judge(row.First), second.Calibration.Judge(row.Second));
            changes[key] = changes.GetValueOrDefault(key) + 1;
            if (row.Label == ImageLabel.Unknown)
                continue;
            a.Add(row.First);
            b.Add(row.Second);
            positive.Add(row.Label == ImageLabel.Defective);
        }

        var list = changes.Select(c => new VerdictChange(c.Key.Label, c.Key.First, c.Key.Second, c.Value))
            .OrderBy(c => c.Label switch { ImageLabel.Normal => 0, ImageLabel.Defective => 1, _ => 2 }).ThenBy(c => c.First).ThenBy(c => c.Second).ToList();
        var both = positive.Contains(true) && positive.Contains(false);
        bool[] labels = [.. positive];
        async Task<ComparedModel> SideAsync(TrainedModel model, List<double> scores, Func<VerdictChange, Verdict> verdict) => new(
            model, await context.Results.CountAsync(r => r.ModelId == model.Id, ct), both ? RankingMetrics.Of(scores.ToArray(), labels) : null,
            Count(list, ImageLabel.Normal, verdict), Count(list, ImageLabel.Defective, verdict));
        return new ModelComparison(
            await SideAsync(first, a, c => c.First), await SideAsync(second, b, c => c.Second), list.Sum(c => c.Images),
            list.Where(c => c.Label == ImageLabel.Unknown).Sum(c => c.Images), AurocDifference.Of(a, b, positive), list);
    }

    private static VerdictCounts Count(List<VerdictChange> changes, ImageLabel label, Func<VerdictChange, Verdict> verdict)
    {
        int Of(Verdict wanted) => changes.Where(c => c.Label == label && verdict(c) == wanted).Sum(c => c.Images);
        return new VerdictCounts(Of(Verdict.Normal), Of(Verdict.Uncertain), Of(Verdict.Defect));
    }
}
