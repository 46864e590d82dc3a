using System.Globalization;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Features.Registry;
using FewShotAD.Portal.Shared;
using Microsoft.EntityFrameworkCore;

namespace FewShotAD.Portal.Features.Projects;

/// <summary>Renames a project, archives it or brings it back, says what of it two people judge and what mistakes cost.</summary>
public sealed class ChangeProject(PortalDb db, TimeProvider time) : IUseCase
{
    /// <param name="Expected">The state that the caller saw, when it must still be that one.</param>
    /// <param name="SecondReviewShare">Percent; null leaves it.</param>
    /// <param name="SecondReviewUncertain">Null leaves it.</param>
    /// <param name="Costs">Null leaves them.</param>
    /// <param name="Keep">Null leaves it.</param>
    /// <param name="ApprovalNeeded">Whether publishing needs a second person; null leaves it. An owner's to say: otherwise whoever publishes could lift it first.</param>
    public sealed record Request(
        ProjectId Id, string? Name, string? Description, bool? Archived, Guid? Expected = null, int? SecondReviewShare = null, bool? SecondReviewUncertain = null,
        LineCosts? Costs = null, bool? ApprovalNeeded = null, Kept? Keep = null);

    /// <summary>Which unpublished versions are kept.</summary>
    /// <param name="Versions">The newest so many; 0 keeps all.</param>
    /// <param name="Days">And those that are younger.</param>
    public sealed record Kept(int Versions, int Days = 0);

    public async Task<Result> HandleAsync(Actor actor, Request request, CancellationToken ct)
    {
        var allowed = actor.Require(request.ApprovalNeeded is null ? TeamPermissions.Write : TeamPermissions.Manage);
        if (!allowed.Succeeded)
            return allowed;
        return await ProjectWrite.ChangeAsync(db, actor.Tenant, request.Id, request.Expected, (context, project) => ApplyAsync(context, actor, project, request, ct), ct);
    }

    private async Task<Result> ApplyAsync(PortalDbContext context, Actor actor, Project project, Request request, CancellationToken ct)
    {
        var before = project.Name;
        if (request.Name is not null || request.Description is not null)
        {
            var described = project.Describe(request.Name ?? project.Name, request.Description ?? project.Description);
            if (!described.Succeeded)
                return described;
            if (await context.Projects.AnyAsync(p => p.Name == project.Name && p.Id != project.Id, ct))
                return new ProjectNameTaken(project.Name);
        }

        if (request.Archived is { } archived)
        {
            var changed = archived ? project.Archive(time.GetUtcNow()) : project.Restore();
            if (!changed.Succeeded)
                return changed;
        }

        if (request.SecondReviewShare is not null || request.SecondReviewUncertain is not null)
        {
            var set = project.SecondReviews(request.SecondReviewShare ?? project.SecondReviewShare, request.SecondReviewUncertain ?? project.SecondReviewUncertain);
            if (!set.Succeeded)
                return set;
        }

        if (request.Costs is { } costs && project.Cost(costs).Error is { } impossible)
            return impossible;
        if (request.ApprovalNeeded is { } needed)
        {
            if (!needed && await AskToPublish.OpenAsync(context, project.Id, ct) is not null)
                return new ApprovalIsAwaited();
            project.NeedApproval(needed);
        }

        if (request.Keep is { } keep && project.Keep(keep.Versions == 0 ? null : new RetentionRule(keep.Versions, keep.Days, actor.User)).Error is { } unkept)
            return unkept;
        context.Record(actor, time, AuditAction.ProjectChange, "project", project.Id, Detail(before, project, request));
        return Result.Ok;
    }

    private static string Detail(string before, Project project, Request request)
    {
        var name = before == project.Name ? $"“{before}”" : $"“{before}” is now “{project.Name}”";
        var archived = request.Archived switch { true => $"{name}, archived", false => $"{name}, brought back", _ => name };
        var reviewed = request.SecondReviewShare is null && request.SecondReviewUncertain is null
            ? archived
            : $"{archived}, second reviews of {project.SecondReviewShare} %{(project.SecondReviewUncertain ? " and of all uncertain ones" : "")}";
        var published = request.ApprovalNeeded switch { true => $"{reviewed}, publishing needs a second person", false => $"{reviewed}, publishing needs no second person", _ => reviewed };
        var kept = request.Keep is null ? published : $"{published}, {(project.Retention is { } rule ? RegistryText.Rule(rule) : "all versions are kept")}";
        return request.Costs is not { } costs
            ? kept
            : string.Create(CultureInfo.InvariantCulture, $"{kept}, an escape costs {costs.Escape}, a false alarm {costs.FalseAlarm}, a review {costs.Review}");
    }
}

/// <summary>A worker numbers its model in the same row: a change is done again on the row as it is now.</summary>
internal static class ProjectWrite
{
    /// <param name="expected">Null takes the row as it is.</param>
    public static Task<Result> ChangeAsync(
        PortalDb db, TenantId tenant, ProjectId id, Guid? expected, Func<PortalDbContext, Project, Task<Result>> change, CancellationToken ct) =>
        db.ChangeAsync(
            tenant,
            async context =>
            {
                var project = await context.Projects.FirstOrDefaultAsync(p => p.Id == id, ct);
                if (project is null)
                    return new ProjectNotFound();
                return expected is { } stamp && stamp != project.ConcurrencyStamp ? new ProjectChanged() : await change(context, project);
            },
            ct);
}

public sealed record ApprovalIsAwaited()
    : Error(ErrorKind.Conflict, "project.approval", "A request to publish waits for an answer. Approve, reject or withdraw it first, then change the setting.");
