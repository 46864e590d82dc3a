using FewShotAD.Domain.Auditing;
using FewShotAD.Infrastructure.Persistence;

namespace FewShotAD.Portal.Shared;

public static class Recording
{
    /// <summary>Puts what the actor does into the team's audit trail, with the next save of the context and only with it.</summary>
    /// <param name="subject">What kind of thing: “project”.</param>
    public static void Record(
        this PortalDbContext context, Actor actor, TimeProvider time, string action, string subject, object id, string detail = "") =>
        context.Record(new AuditAuthor(actor.User, actor.Key?.Id), new AuditNote(action, subject, $"{id}", detail), time.GetUtcNow());
}
