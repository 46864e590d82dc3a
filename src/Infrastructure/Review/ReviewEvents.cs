using System.Collections.Concurrent;
using FewShotAD.Domain.Common;

namespace FewShotAD.Infrastructure.Review;

/// <summary>A colleague who has the review of a project open, and which result; null before the first image.</summary>
public sealed record ReviewerHere(UserId User, string Name, ResultId? Opened, string? Image);

/// <summary>
/// Who reviews which project on this node, and a nudge for their pages when something changed. The database stays the truth: pages
/// look at it by themselves every so often as well, so that with several web nodes what happens on another one shows a little later.
/// </summary>
public sealed class ReviewEvents
{
    private readonly ConcurrentDictionary<Guid, Seat> seats = new();

    /// <param name="changed">Called on any thread and must not block.</param>
    /// <returns>Dispose it on leaving.</returns>
    public ReviewSeat Join(TenantId tenant, ProjectId project, UserId user, string name, Action changed)
    {
        var id = Guid.NewGuid();
        seats[id] = new Seat(tenant, project, new ReviewerHere(user, name, null, null), changed);
        Publish(tenant, project);
        return new ReviewSeat(this, id);
    }

    /// <summary>Something about the review of the project is not as it was.</summary>
    public void Publish(TenantId tenant, ProjectId project)
    {
        foreach (var seat in seats.Values.Where(seat => seat.Tenant == tenant && seat.Project == project))
            seat.Changed();
    }

    /// <summary>The others who are here, one line per person.</summary>
    public IReadOnlyList<ReviewerHere> Others(TenantId tenant, ProjectId project, UserId me) =>
    [
        .. seats.Values.Where(seat => seat.Tenant == tenant && seat.Project == project && seat.Who.User != me)
            .Select(seat => seat.Who).GroupBy(who => who.User)
            .Select(person => person.FirstOrDefault(who => who.Opened is not null) ?? person.First())
            .OrderBy(who => who.Name, StringComparer.OrdinalIgnoreCase),
    ];

    internal void Open(Guid id, ResultId? result, string? image)
    {
        if (!seats.TryGetValue(id, out var seat))
            return;
        seats[id] = seat with { Who = seat.Who with { Opened = result, Image = image } };
        Publish(seat.Tenant, seat.Project);
    }

    internal void Leave(Guid id)
    {
        if (seats.TryRemove(id, out var seat))
            Publish(seat.Tenant, seat.Project);
    }

    private sealed record Seat(TenantId Tenant, ProjectId Project, ReviewerHere Who, Action Changed);
}

/// <summary>A page's place in <see cref="ReviewEvents"/>.</summary>
public sealed class ReviewSeat : IDisposable
{
    private readonly ReviewEvents events;
    private readonly Guid id;

    internal ReviewSeat(ReviewEvents events, Guid id) => (this.events, this.id) = (events, id);

    /// <summary>Says what the page shows now.</summary>
    public void Open(ResultId? result, string? image) => events.Open(id, result, image);

    public void Dispose() => events.Leave(id);
}
