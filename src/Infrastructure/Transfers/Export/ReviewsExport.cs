using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Infrastructure.Transfers.Zip;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Infrastructure.Transfers.Export;

/// <summary>
/// What people said of the results. While a second review is due, the round that it belongs to is left out: whoever may export could
/// otherwise read what the second person must not know.
/// </summary>
internal static class ReviewsExport
{
    private const int Portion = 500;

    /// <returns>How many files were added: one, or none where nobody has judged anything.</returns>
    public static async Task<int> AddAsync(ExportSource source, TransferTask task, IReadOnlyList<TrainedModel> models, ZipOutput zip, CancellationToken ct)
    {
        await using var list = task.NewFile();
        var lines = 0;
        foreach (var model in models)
        {
            var portion = new List<ScoredRow>(Portion);
            await foreach (var row in source.ResultsAsync(model, ct))
            {
                portion.Add(row);
                if (portion.Count < Portion)
                    continue;
                lines += await WriteAsync(source, model, portion, list, ct);
                portion.Clear();
            }

            lines += await WriteAsync(source, model, portion, list, ct);
        }

        if (lines == 0)
            return 0;
        list.Position = 0;
        await zip.AddAsync(ArchiveFiles.Reviews, list, isText: true, ct);
        return 1;
    }

    private static async Task<int> WriteAsync(ExportSource source, TrainedModel model, IReadOnlyList<ScoredRow> rows, Stream list, CancellationToken ct)
    {
        var ids = rows.Select(row => row.Result.Id).ToList();
        var (verdicts, withdrawals, items, names) = await source.ReadAsync(async context =>
        {
            var given = await context.ReviewVerdicts.AsNoTracking().Where(v => ids.Contains(v.ResultId)).OrderBy(v => v.Sequence).ToListAsync(ct);
            var taken = await context.VerdictWithdrawals.AsNoTracking().Where(w => ids.Contains(w.ResultId)).ToDictionaryAsync(w => (w.ResultId, w.Sequence), w => w.At, ct);
            var reviews = await context.ReviewItems.AsNoTracking().Where(i => ids.Contains(i.ResultId)).ToDictionaryAsync(i => i.ResultId, ct);
            var people = given.Select(v => v.GivenBy).Concat(reviews.Values.SelectMany(i => new[] { i.FirstBy, i.SecondBy, i.AcceptedBy }).OfType<UserId>());
            return (given.ToLookup(v => v.ResultId), taken, reviews, await ReviewNames.OfAsync(context, people, ct));
        });
        var lines = 0;
        foreach (var (image, result, _) in rows)
        {
            var item = items.GetValueOrDefault(result.Id);
            var hidden = item is { State: ReviewState.SecondDue } ? item.Round : 0;
            var shown = verdicts[result.Id].Where(v => v.Round != hidden || hidden == 0).ToList();
            if (shown.Count == 0 && (item is null || hidden > 0))
                continue;
            await list.WriteLineAsync(
                new ArchiveReview(model.Version, image.Sha256, [.. shown.Select(v => Of(v, withdrawals.TryGetValue((v.ResultId, v.Sequence), out var at) ? at : null))], State(item, hidden > 0)),
                ct);
            lines++;
        }

        return lines;

        ArchivePerson? Person(UserId? user) => user is { } id ? new ArchivePerson(id.Value, names.GetValueOrDefault(id, "")) : null;

        ArchiveVerdict Of(ReviewVerdict v, DateTimeOffset? withdrawnAt) => new(
            v.Sequence, v.Decision, v.ModelSaid, v.Score, Person(v.GivenBy)!, v.GivenAt, v.Pass, v.Round, v.DefectType, v.Comment, v.Seconds, withdrawnAt);

        ArchiveReviewItem? State(ReviewItem? i, bool isHidden) => i is null ? null
            : isHidden ? new ArchiveReviewItem(ReviewState.Open, i.Round, ReopenReason: i.ReopenReason)
            : new ArchiveReviewItem(i.State, i.Round, i.Decision, i.DefectType, Person(i.FirstBy), Person(i.SecondBy), Person(i.AcceptedBy), i.AcceptedAt, i.ReopenReason);
    }
}
