using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>How many of a model's results each filter would show by itself: numbers beside the filters, read after the list.</summary>
public sealed class CountResults(PortalDb db) : IUseCase
{
    /// <summary>As many types and people as a list to choose from can hold.</summary>
    private const int MostChoices = 100;

    public sealed record Request(ProjectId Project, ModelId Model);

    public sealed record Person(UserId User, string Name, int Count);

    /// <param name="Types">Types of defective images, the most frequent first; empty text for those without one.</param>
    /// <param name="Reviewers">People whose verdict counts, with the number of results.</param>
    public sealed record Answer(
        IReadOnlyDictionary<Mistake, int> Mistakes, IReadOnlyDictionary<ImageLabel, int> Labels, IReadOnlyDictionary<ReviewOutcome, int> Reviews,
        IReadOnlyList<(string Type, int Count)> Types, IReadOnlyList<Person> Reviewers);

    public async Task<Result<Answer>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var model = await ListResults.ModelAsync(context, request.Project, request.Model, ct);
        if (model is null)
            return new ModelNotFound();
        var all = new ListResults.Request(request.Project, model.Id);
        var mistakes = new Dictionary<Mistake, int>();
        foreach (var mistake in Enum.GetValues<Mistake>())
            mistakes[mistake] = await ResultRows.Of(context, all with { Mistake = mistake }, model).CountAsync(ct);

        // One walk for all of them: a grouping by what they are would sort all rows to find a handful of groups.
        var of = await ResultRows.Of(context, all, model).GroupBy(_ => 1).Select(g => new
        {
            All = g.Count(),
            Normal = g.Count(r => r.ImageLabel == ImageLabel.Normal),
            Defective = g.Count(r => r.ImageLabel == ImageLabel.Defective),
            InReview = g.Count(r => r.Review == ReviewOutcome.InReview),
            SaidNormal = g.Count(r => r.Review == ReviewOutcome.Normal),
            SaidDefect = g.Count(r => r.Review == ReviewOutcome.Defect),
            SaidUnsure = g.Count(r => r.Review == ReviewOutcome.Unsure),
        }).SingleOrDefaultAsync(ct);
        var labels = new Dictionary<ImageLabel, int>
        {
            [ImageLabel.Normal] = of?.Normal ?? 0,
            [ImageLabel.Defective] = of?.Defective ?? 0,
            [ImageLabel.Unknown] = of is null ? 0 : of.All - of.Normal - of.Defective,
        };
        var reviews = new Dictionary<ReviewOutcome, int>
        {
            [ReviewOutcome.InReview] = of?.InReview ?? 0,
            [ReviewOutcome.Normal] = of?.SaidNormal ?? 0,
            [ReviewOutcome.Defect] = of?.SaidDefect ?? 0,
            [ReviewOutcome.Unsure] = of?.SaidUnsure ?? 0,
            [ReviewOutcome.Unreviewed] = of is null ? 0 : of.All - of.InReview - of.SaidNormal - of.SaidDefect - of.SaidUnsure,
        };

        var types = await ResultRows.Of(context, all with { Label = ImageLabel.Defective }, model)
            .GroupBy(r => r.ImageDefectType ?? "").Select(g => new { Type = g.Key, Count = g.Count() })
            .OrderByDescending(g => g.Count).ThenBy(g => g.Type).Take(MostChoices).ToListAsync(ct);
        var people = await ResultRows.Of(context, all, model).Where(r => r.ReviewedBy != null)
            .GroupBy(r => r.ReviewedBy!.Value).Select(g => new { User = g.Key, Count = g.Count() })
            .OrderByDescending(g => g.Count).Take(MostChoices).ToListAsync(ct);
        var ids = people.Select(p => p.User.Value).ToList();
        var names = await context.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.DisplayName, ct);
        return new Answer(
            mistakes, labels, reviews, [.. types.Select(t => (t.Type, t.Count))],
            [.. people.Select(p => new Person(p.User, names.GetValueOrDefault(p.User.Value) ?? "Somebody who has left", p.Count))]);
    }
}
