using FewShotAD.Domain.Common;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Notices;

/// <summary>Where a list of notices goes on.</summary>
public sealed record NoticePosition(DateTimeOffset At, Guid Id);

/// <summary>What a person is told of, newest first, and whether they have read it.</summary>
public sealed class ListNotices(PortalDb db) : IUseCase
{
    /// <param name="After">The last one that was given; null at the beginning.</param>
    public sealed record Request(bool OnlyNew = false, NoticePosition? After = null, int Take = 50);

    /// <param name="Project">Null for what belongs to no one project.</param>
    public sealed record Item(Notice Notice, string? Project, bool IsNew);

    public async Task<IReadOnlyList<Item>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        var mine = await MyNotices.OfAsync(context, actor, ct);
        var notices = request.OnlyNew ? mine.New : mine.All;
        if (request.After is { } after)
        {
            var (at, id) = (after.At, new NoticeId(after.Id));
            notices = notices.Where(n => n.At <= at && (n.At < at || n.Id > id));
        }

        var page = await notices.OrderByDescending(n => n.At).ThenBy(n => n.Id).Take(request.Take).ToListAsync(ct);
        var ids = page.Select(n => n.Id).ToList();
        var unread = (await mine.New.Where(n => ids.Contains(n.Id)).Select(n => n.Id).ToListAsync(ct)).ToHashSet();
        var projects = page.Select(n => n.ProjectId).OfType<ProjectId>().Distinct().ToList();
        var names = await context.Projects.AsNoTracking().Where(p => projects.Contains(p.Id)).Select(p => new { p.Id, p.Name }).ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        return [.. page.Select(n => new Item(n, n.ProjectId is { } project ? names.GetValueOrDefault(project) : null, unread.Contains(n.Id)))];
    }
}

/// <summary>How many notices a person has not read.</summary>
public sealed class CountNotices(PortalDb db) : IUseCase
{
    public async Task<int> HandleAsync(Actor actor, CancellationToken ct)
    {
        await using var context = db.ForTenant(actor.Tenant);
        return await (await MyNotices.OfAsync(context, actor, ct)).New.CountAsync(ct);
    }
}

/// <summary>The notices that are for a person: what their role lets them do something about, and of that what they have not read.</summary>
internal sealed record MyNotices(IQueryable<Notice> All, IQueryable<Notice> New)
{
    public static async Task<MyNotices> OfAsync(PortalDbContext context, Actor actor, CancellationToken ct)
    {
        var (me, kinds) = (actor.User, Notice.KindsFor(actor.Require(TeamPermissions.Write).Succeeded));
        var place = await context.Memberships.AsNoTracking().FirstOrDefaultAsync(m => m.UserId == me, ct);
        var until = place?.NoticesReadUntil ?? place?.Since ?? DateTimeOffset.MinValue;
        var all = context.Notices.AsNoTracking().Where(n => kinds.Contains(n.Kind));
        return new MyNotices(all, all.Where(n => n.At > until && n.By != me && !context.NoticeReads.Any(read => read.UserId == me && read.NoticeId == n.Id)));
    }
}
