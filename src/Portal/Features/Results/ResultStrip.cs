using FewShotAD.Domain.Models;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Results;

/// <summary>
/// A list of results as one walks through it: what is near the place stays at hand, so that a step asks nothing. Positions are those of
/// the list when it was opened; a list that grows meanwhile is read as it is then.
/// </summary>
public sealed class ResultStrip
{
    /// <summary>Read at once on each side of a place.</summary>
    private const int Around = 30;

    /// <summary>Fetched before they are asked for: the next two and the one before.</summary>
    private static readonly int[] Steps = [1, -1, 2];

    private readonly ListResults list;
    private readonly Actor actor;
    private readonly ListResults.Request request;
    private readonly TrainedModel model;
    private readonly KnownList known;
    private IReadOnlyList<ListResults.Item> near = [];
    private int begin;

    private ResultStrip(ListResults list, Actor actor, ListResults.Request request, TrainedModel model, int total) =>
        (this.list, this.actor, this.request, this.model, known) = (list, actor, request, model, new KnownList(total));

    public int Total => known.Length;

    public static async Task<ResultStrip> OpenAsync(ListResults list, Actor actor, ListResults.Request request, TrainedModel model, CancellationToken ct)
    {
        var counted = await list.HandleAsync(actor, request with { Skip = 0, Take = 1 }, ct);
        return new ResultStrip(list, actor, request, model, counted.Succeeded ? counted.Value.Total : 0);
    }

    /// <summary>From 0. A result that the filters leave out stands where it would.</summary>
    public async Task<int> IndexOfAsync(ScoredImage result, string name, CancellationToken ct)
    {
        for (var i = 0; i < near.Count; i++)
        {
            if (near[i].Id == result.Id)
            {
                var at = begin + i;
                await ReachAsync(at, ct);
                return at;
            }
        }

        var index = await list.PositionAsync(actor, request, result, model, name, ct);
        await ReadAsync(index, ct);
        return index;
    }

    /// <returns>Null beyond the ends.</returns>
    public async Task<ListResults.Item?> AtAsync(int index, CancellationToken ct)
    {
        if (index < 0 || index >= Total)
            return null;
        if (Near(index) is null)
            await ReadAsync(index, ct);
        return Near(index);
    }

    /// <summary>What is likely looked at next.</summary>
    public IEnumerable<ListResults.Item> Ahead(int index) => Steps.Select(step => Near(index + step)).OfType<ListResults.Item>();

    public Task<IReadOnlyList<ListResults.Item>> WindowAsync(int skip, int take, CancellationToken ct) =>
        list.WindowAsync(actor, request with { Skip = skip, Take = take }, model, known, ct);

    /// <summary>Reads on before the end of what is at hand is reached.</summary>
    private Task ReachAsync(int index, CancellationToken ct)
    {
        var (isNearBegin, isNearEnd) = (begin > 0 && index - begin < 3, begin + near.Count < Total && begin + near.Count - index <= 3);
        return isNearBegin || isNearEnd ? ReadAsync(index, ct) : Task.CompletedTask;
    }

    private async Task ReadAsync(int index, CancellationToken ct)
    {
        var from = Math.Max(0, index - Around);
        (near, begin) = (await WindowAsync(from, (2 * Around) + 1, ct), from);
    }

    private ListResults.Item? Near(int index) => index >= begin && index - begin < near.Count ? near[index - begin] : null;
}
