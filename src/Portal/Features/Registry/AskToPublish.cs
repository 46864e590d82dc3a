using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Results;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>Asks that a version be published, in a project where that needs a second person. One request of a project waits at a time.</summary>
public sealed class AskToPublish(PortalDb db, TimeProvider time) : IUseCase
{
    public sealed record Request(ModelId Model, string? Comment = null);

    public async Task<Result<PublishRequestId>> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var made = default(PublishRequestId);
        var asked = await PublishedModel.ChangeAsync(
            db, actor, request.Model, null,
            async (context, project, model) =>
            {
                if (await OpenAsync(context, project.Id, ct) is { } waiting)
                    return new PublishAwaitsAnswer(await context.Models.Where(m => m.Id == waiting.ModelId).Select(m => m.Version).FirstAsync(ct));
                var by = new RegistryAuthor(actor.User, await ActorNames.OfAsync(context, actor, ct));
                var created = PublishRequest.Create(project, model, by, request.Comment, time.GetUtcNow());
                if (!created.Succeeded)
                    return created.Error;
                // Two who ask at once write one row, and the second looks again.
                project.Touch();
                context.PublishRequests.Add(created.Value);
                context.Record(actor, time, AuditAction.PublishAsk, "model", model.Id, Detail($"v{model.Version} of {project.Name}", created.Value.Comment));
                made = created.Value.Id;
                return Result.Ok;
            },
            ct);
        return asked.Succeeded ? made : asked.Error;
    }

    internal static Task<PublishRequest?> OpenAsync(PortalDbContext context, ProjectId project, CancellationToken ct) =>
        context.PublishRequests.FirstOrDefaultAsync(r => r.ProjectId == project && r.State == PublishRequestState.Open, ct);

    internal static string Detail(string what, string? comment) => comment is null ? what : $"{what}: {comment}";
}

/// <summary>A second person approves a request, which publishes the version at once, or rejects it with a reason.</summary>
public sealed class DecidePublish(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Comment">Needed where the answer is no.</param>
    public sealed record Request(PublishRequestId Id, bool Approve, string? Comment = null);

    public Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct) => PublishRequestWrite.ChangeAsync(
        db, actor, request.Id,
        async (context, project, model, asked) =>
        {
            if (actor.Key is not null)
                return new PublishingNeedsAPerson();
            var by = new RegistryAuthor(actor.User, await ActorNames.OfAsync(context, actor, ct));
            var decided = asked.Decide(request.Approve, by, request.Comment, time.GetUtcNow());
            if (!decided.Succeeded)
                return decided;
            context.Record(
                actor, time, request.Approve ? AuditAction.PublishApprove : AuditAction.PublishReject, "model", model.Id,
                AskToPublish.Detail($"v{model.Version} of {project.Name}, as {asked.AskedByName} asked", asked.DecisionComment));
            return request.Approve
                ? await PublishedModel.PublishAsync(context, actor, time, project, model, PublicationKind.Published, asked, ct)
                : Result.Ok;
        },
        ct);
}

/// <summary>Who asked takes the request back.</summary>
public sealed class WithdrawPublish(PortalDb db, TimeProvider time) : IUseCase
{
    public Task<Result> HandleAsync(Actor actor, PublishRequestId id, CancellationToken ct) => PublishRequestWrite.ChangeAsync(
        db, actor, id,
        async (context, project, model, asked) =>
        {
            var by = new RegistryAuthor(actor.User, await ActorNames.OfAsync(context, actor, ct));
            var withdrawn = asked.Withdraw(by, time.GetUtcNow());
            if (!withdrawn.Succeeded)
                return withdrawn;
            context.Record(actor, time, AuditAction.PublishWithdraw, "model", model.Id, $"v{model.Version} of {project.Name}");
            return Result.Ok;
        },
        ct);
}

internal static class PublishRequestWrite
{
    public static async Task<Result> ChangeAsync(
        PortalDb db, Actor actor, PublishRequestId id, Func<PortalDbContext, Project, TrainedModel, PublishRequest, Task<Result>> change, CancellationToken ct)
    {
        var allowed = actor.Require(Domain.Tenancy.TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        return await db.ChangeAsync(
            actor.Tenant,
            async context =>
            {
                var asked = await context.PublishRequests.FirstOrDefaultAsync(r => r.Id == id, ct);
                if (asked is null)
                    return new PublishRequestNotFound();
                var model = await context.Models.AsNoTracking().FirstAsync(m => m.Id == asked.ModelId, ct);
                var project = await context.Projects.FirstAsync(p => p.Id == asked.ProjectId, ct);
                project.Touch();
                var changed = await change(context, project, model, asked);
                // Answered, it asks nobody any more; who wants to know what became of it finds that among the project's requests.
                if (changed.Succeeded && await context.Notices.FirstOrDefaultAsync(n => n.Id == new NoticeId(id.Value), ct) is { } notice)
                    context.Notices.Remove(notice);
                return changed;
            },
            ct);
    }
}
