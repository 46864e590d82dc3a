using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Results;

/// <summary>Makes a model the one that results and scoring use by default, in place of the one before. Saying it twice changes nothing.</summary>
public sealed class PublishModel(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Expected">The state of the project that the caller saw, when it must still be that one.</param>
    public sealed record Request(ModelId Model, Guid? Expected = null);

    public Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct) =>
        PublishedModel.ChangeAsync(
        db, actor, time, AuditAction.ModelPublish, request.Model, request.Expected, (project, model) => project.Publish(model, time.GetUtcNow()), ct);
}

/// <summary>Takes a published model back; one that is not published stays as it is.</summary>
public sealed class UnpublishModel(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Expected">The state of the project that the caller saw, when it must still be that one.</param>
    public sealed record Request(ModelId Model, Guid? Expected = null);

    public Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct) => PublishedModel.ChangeAsync(
        db, actor, time, AuditAction.ModelUnpublish, request.Model, request.Expected,
        (project, model) =>
        {
            project.Unpublish(model.Id);
            return Result.Ok;
        },
        ct);
}

internal static class PublishedModel
{
    public static async Task<Result> ChangeAsync(
        PortalDb db, Actor actor, TimeProvider time, string action, ModelId id, Guid? expected,
        Func<Domain.Projects.Project, TrainedModel, Result> change, CancellationToken ct)
    {
        var allowed = actor.Require(TeamPermissions.Write);
        if (!allowed.Succeeded)
            return allowed;
        TrainedModel? model;
        await using (var context = db.ForTenant(actor.Tenant))
            model = await context.Models.AsNoTracking().FirstOrDefaultAsync(m => m.Id == id, ct);
        if (model is null)
            return new ModelNotFound();
        var changed = await ProjectWrite.ChangeAsync(db, actor.Tenant, model.ProjectId, expected, (context, project) =>
        {
            context.Record(actor, time, action, "model", model.Id, $"v{model.Version} of {project.Name}");
            return Task.FromResult(change(project, model));
        }, ct);
        return changed.Error switch
        {
            Domain.Projects.ProjectChanged => new ModelChanged(),
            // It went with everything in it since the model was looked up.
            Domain.Projects.ProjectNotFound => new ModelNotFound(),
            _ => changed,
        };
    }
}
