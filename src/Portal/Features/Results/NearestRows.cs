using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>
/// Results by their distance to T2. From T2 both ways along the index of scores, and merged: sorted by the distance itself the database
/// would read and sort all of them for every page. Of two as far the one above comes first.
/// </summary>
/// <param name="rows">Filtered, in any order.</param>
internal sealed class NearestRows(IQueryable<ScoredImage> rows, double t2)
{
    /// <summary>Few enough to be read past instead of being halved again.</summary>
    private const int Near = 300;

    /// <param name="known">Counts of earlier windows: to count all rows once more for each would cost more than to find it.</param>
    public async Task<List<ListedRow>> ListAsync(int skip, int take, KnownList known, CancellationToken ct)
    {
        var (from, before) = await BeginAsync(skip, known, ct);
        var more = skip - before + take;
        return [.. (await MergedAsync(Above(from), Below(from), more, ct)).Skip(skip - before)];
    }

    /// <summary>The first ones after a result.</summary>
    public Task<List<ListedRow>> BehindAsync(ResultPosition after, int take, CancellationToken ct)
    {
        var (score, id, distance) = (after.Score, new ResultId(after.Id), Math.Abs(after.Score - t2));
        return score >= t2
            ? MergedAsync(rows.Where(r => r.Score >= score && (r.Score > score || r.Id > id)), Below(distance), take, ct)
            : MergedAsync(Above(Math.BitIncrement(distance)), rows.Where(r => r.Score <= score && (r.Score < score || r.Id < id)), take, ct);
    }

    public async Task<int> CountBeforeAsync(ResultPosition at, CancellationToken ct)
    {
        var (score, id, distance) = (at.Score, new ResultId(at.Id), Math.Abs(at.Score - t2));
        if (score >= t2)
        {
            return await rows.CountAsync(r => r.Score >= t2 && r.Score < score, ct) + await rows.CountAsync(r => r.Score == score && r.Id < id, ct)
                + await Within(Below(0), distance, above: false).CountAsync(ct);
        }

        return await rows.CountAsync(r => r.Score < t2 && r.Score > score, ct) + await rows.CountAsync(r => r.Score == score && r.Id > id, ct)
            + await Within(Above(0), Math.BitIncrement(distance), above: true).CountAsync(ct);
    }

    /// <summary>
    /// A distance with at most <paramref name="skip"/> results nearer than it, and how many those are. The stretch that holds the place is cut
    /// where the place would be if scores lay evenly, a little before it and a little behind it by turns, and in half when that does not help.
    /// Only the smaller part is counted.
    /// </summary>
    private async Task<(double From, int Before)> BeginAsync(int skip, KnownList known, CancellationToken ct)
    {
        if (skip < Near)
            return (0, 0);
        var (low, before) = known.UpTo(skip);
        var (high, until) = known.Beyond(skip) ?? await EndAsync(known, ct);
        if (skip >= until)
            return (high, until);
        for (var (turn, halve) = (1, false); until - before > Near; turn = -turn)
        {
            var place = halve ? 0.5 : Math.Clamp((skip - before + (turn * Near / 3.0)) / (until - before), 0.02, 0.98);
            var cut = low + ((high - low) * place);
            if (cut <= low || cut >= high)
                break;
            var width = until - before;
            // Whichever part has fewer: the walk along the index is what it costs.
            var inside = place <= 0.5 ? await BetweenAsync(low, cut, ct) : width - await BetweenAsync(cut, high, ct);
            known.Keep(cut, before + inside);
            if (before + inside <= skip)
                (low, before) = (cut, before + inside);
            else
                (high, until) = (cut, before + inside);
            halve = !halve && until - before > width / 2;
        }

        return (low, before);
    }

    /// <summary>A distance that all rows are nearer than.</summary>
    private async Task<(double Distance, int Before)> EndAsync(KnownList known, CancellationToken ct)
    {
        var (least, most) = (await rows.MinAsync(r => (double?)r.Score, ct), await rows.MaxAsync(r => (double?)r.Score, ct));
        if (least is null || most is null)
            return (0, 0);
        var end = Math.BitIncrement(Math.Max(Math.Abs(most.Value - t2), Math.Abs(t2 - least.Value)));
        known.Keep(end, known.Length);
        return (end, known.Length);
    }

    private async Task<int> BetweenAsync(double from, double to, CancellationToken ct) =>
        await Within(Above(from), to, above: true).CountAsync(ct) + await Within(Below(from), to, above: false).CountAsync(ct);

    // The first condition is where the index begins, some steps early; the second is exact, since a sum is rounded otherwise than a difference.
    private IQueryable<ScoredImage> Above(double distance)
    {
        var begin = Math.Max(t2, Slack(t2 + distance, -1));
        return rows.Where(r => r.Score >= begin && r.Score - t2 >= distance);
    }

    private IQueryable<ScoredImage> Below(double distance)
    {
        var begin = Slack(t2 - distance, 1);
        return rows.Where(r => r.Score < t2 && r.Score <= begin && t2 - r.Score >= distance);
    }

    private IQueryable<ScoredImage> Within(IQueryable<ScoredImage> side, double distance, bool above)
    {
        var end = above ? Slack(t2 + distance, 1) : Slack(t2 - distance, -1);
        return above
            ? side.Where(r => r.Score <= end && r.Score - t2 < distance)
            : side.Where(r => r.Score >= end && t2 - r.Score < distance);
    }

    private static double Slack(double value, int direction) => value + (direction * ((Math.Abs(value) * 1e-12) + 1e-300));

    private async Task<List<ListedRow>> MergedAsync(IQueryable<ScoredImage> above, IQueryable<ScoredImage> below, int take, CancellationToken ct)
    {
        var up = await ListedRow.ReadAsync(above.OrderBy(r => r.Score).ThenBy(r => r.Id).Take(take), ct);
        var down = await ListedRow.ReadAsync(below.OrderByDescending(r => r.Score).ThenByDescending(r => r.Id).Take(take), ct);
        var merged = new List<ListedRow>(take);
        for (var (i, j) = (0, 0); merged.Count < take && (i < up.Count || j < down.Count);)
        {
            var takesUp = j == down.Count || (i < up.Count && up[i].Score - t2 <= t2 - down[j].Score);
            merged.Add(takesUp ? up[i++] : down[j++]);
        }

        return merged;
    }
}

/// <summary>What a list reads of a result, before it looks at the few images it shows.</summary>
internal sealed record ListedRow(ResultId Id, ImageId Image, double Score, double? FullScore, DateTimeOffset ScoredAt)
{
    public static Task<List<ListedRow>> ReadAsync(IQueryable<ScoredImage> rows, CancellationToken ct) =>
        rows.Select(r => new ListedRow(r.Id, r.ImageId, r.Score, r.FullScore, r.ScoredAt)).ToListAsync(ct);
}
