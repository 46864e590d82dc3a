using FewShotAD.Domain.Common;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Notices;

/// <summary>A person has read one notice; to everybody else it stays as new as it was.</summary>
public sealed class ReadNotice(PortalDb db, TimeProvider time) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, NoticeId id, CancellationToken ct) => await db.ChangeAsync(
        actor.Tenant,
        async context =>
        {
            var notice = await context.Notices.AsNoTracking().FirstOrDefaultAsync(n => n.Id == id, ct);
            if (notice is null)
                return new NoticeNotFound();
            if (!await context.NoticeReads.AnyAsync(read => read.UserId == actor.User && read.NoticeId == id, ct))
                context.NoticeReads.Add(NoticeRead.Of(notice, actor.User, time.GetUtcNow()));
            return Result.Ok;
        },
        ct);
}

/// <summary>A person has read all notices up to a time: what came after it while they looked stays new.</summary>
public sealed class ReadAllNotices(PortalDb db) : IUseCase
{
    public async Task<Result> HandleAsync(Actor actor, DateTimeOffset until, CancellationToken ct) => await db.ChangeAsync(
        actor.Tenant,
        async context =>
        {
            var place = await context.Memberships.FirstOrDefaultAsync(m => m.UserId == actor.User, ct);
            if (place is null)
                return new MemberNotFound();
            place.ReadNotices(until);
            return Result.Ok;
        },
        ct);
}
