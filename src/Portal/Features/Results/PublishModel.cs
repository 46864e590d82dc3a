using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>Makes a model the one that results and scoring use by default, in place of the one before. Saying it twice changes nothing.</summary>
public sealed class PublishModel(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Expected">The state of the project that the caller saw, when it must still be that one.</param>
    public sealed record Request(ModelId Model, Guid? Expected = null);

    public Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct) => PublishedModel.ChangeAsync(
        db, actor, request.Model, request.Expected,
        async (context, project, model) => project.ApprovalNeeded && project.PublishedModelId != model.Id
            ? new ApprovalNeeded()
            : await PublishedModel.PublishAsync(context, actor, time, project, model, PublicationKind.Published, null, ct),
        ct);
}

/// <summary>Takes a published model back; one that is not published stays as it is. It needs no second person: stopping is always allowed.</summary>
public sealed class UnpublishModel(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Expected">The state of the project that the caller saw, when it must still be that one.</param>
    public sealed record Request(ModelId Model, Guid? Expected = null);

    public Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct) => PublishedModel.ChangeAsync(
        db, actor, request.Model, request.Expected,
        async (context, project, model) =>
        {
            if (project.PublishedModelId == model.Id)
            {
                project.Unpublish(model.Id);
                var by = new RegistryAuthor(actor.User, await ActorNames.OfAsync(context, actor, ct));
                context.Publications.Add(Publication.Of(project, PublicationKind.TakenBack, model, model.Id, by, time.GetUtcNow()));
            }

            context.Record(actor, time, AuditAction.ModelUnpublish, "model", model.Id, $"v{model.Version} of {project.Name}");
            return Result.Ok;
        },
        ct);
}

/// <summary>The one door through which a project's published model changes, whoever asks: directly, by a second person's approval, by rolling back.</summary>
internal static class PublishedModel
{
    public static async Task<Result> ChangeAsync(
        PortalDb db, Actor actor, ModelId id, Guid? expected, Func<PortalDbContext, Project, TrainedModel, Task<Result>> change, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        // A worker numbers its model in the project's row: a change is done again on the row as it is now.
        return await db.ChangeAsync(
            actor.Tenant,
            async context =>
            {
                var model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
                var project = model is null ? null : await context.Projects.FirstOrDefaultAsync(p => p.Id == model.ProjectId, ct);
                if (model is null || project is null)
                    return new ModelNotFound();
                return expected is { } stamp && stamp != project.ConcurrencyStamp ? new ModelChanged() : await change(context, project, model);
            },
            ct);
    }

    /// <summary>Publishes, with a line in the project's history and in the trail; saves nothing by itself.</summary>
    /// <param name="request">That a second person has agreed to.</param>
    public static async Task<Result> PublishAsync(
        PortalDbContext context, Actor actor, TimeProvider time, Project project, TrainedModel model, PublicationKind kind, PublishRequest? request, CancellationToken ct)
    {
        var (before, now) = (project.PublishedModelId, time.GetUtcNow());
        var published = project.Publish(model, now);
        if (!published.Succeeded)
            return published;
        if (before != model.Id)
        {
            var by = new RegistryAuthor(actor.User, await ActorNames.OfAsync(context, actor, ct));
            context.Publications.Add(Publication.Of(project, kind, model, before, by, now, request?.Id));
        }

        var asked = request is null ? "" : $", as {request.AskedByName} asked";
        context.Record(
            actor, time, kind == PublicationKind.RolledBack ? AuditAction.ModelRollBack : AuditAction.ModelPublish, "model", model.Id,
            $"v{model.Version} of {project.Name}{asked}");
        return Result.Ok;
    }
}
