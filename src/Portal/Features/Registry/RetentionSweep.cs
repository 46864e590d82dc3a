using System.ComponentModel.DataAnnotations;
using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Registry;

/// <summary>Section <c>Retention</c>.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>How often projects with a rule are looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "7.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>
/// Deletes versions beyond a project's rule, one at a time, in the name of who set it, with a line in the trail. Never the published one nor the
/// one that rolling back leads to, and nothing that is referred to: what deleting by hand would refuse stays here as well.
/// </summary>
public sealed class RetentionSweep(PortalDb db, CrossTenantDb across, IOptions<RetentionOptions> options, TimeProvider time, ILogger<RetentionSweep> log) : BackgroundService
{
    /// <returns>How many versions were deleted.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var reader = across.Open("Projects of all teams that keep only some versions");
        var projects = await reader.All<Project>().Where(p => p.Retention != null).Select(p => new { p.TenantId, p.Id }).ToListAsync(ct);
        var deleted = 0;
        foreach (var project in projects)
            deleted += await SweepAsync(project.TenantId, project.Id, ct);
        if (deleted > 0)
            log.LogInformation("Deleted {Versions} versions beyond what their projects keep", deleted);
        return deleted;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Versions beyond what projects keep could not be deleted; they are looked at again in {Interval}", options.Value.Interval);
            }
        }
    }

    private async Task<int> SweepAsync(TenantId tenant, ProjectId id, CancellationToken ct)
    {
        for (var deleted = 0; ; deleted++)
        {
            var gone = await db.ChangeAsync<bool>(tenant, context => DeleteOneAsync(context, id, ct), ct);
            if (!gone.Succeeded || !gone.Value)
                return deleted;
        }
    }

    /// <summary>The oldest that may go, looked up anew: the rule, what is published and what refers to it may have changed since the last one.</summary>
    private async Task<Result<bool>> DeleteOneAsync(PortalDbContext context, ProjectId id, CancellationToken ct)
    {
        var project = await context.Projects.FirstOrDefaultAsync(p => p.Id == id, ct);
        if (project?.Retention is not { } rule)
            return false;
        var now = time.GetUtcNow();
        var versions = await context.Models.Where(m => m.ProjectId == id && m.Id != project.PublishedModelId).OrderByDescending(m => m.Version).ToListAsync(ct);
        var before = (await RollBackModel.TargetAsync(context, project, ct))?.Id;
        foreach (var model in rule.Beyond(versions, m => m.CreatedAt, now).Reverse().Where(m => m.Id != before))
        {
            if (await ModelReferences.FindAsync(context, project, model, ct) is not null)
                continue;
            project.Touch();
            context.Models.Remove(model);
            context.Record(
                new AuditAuthor(rule.SetBy), new AuditNote(AuditAction.ModelRetire, "model", $"{model.Id}", $"v{model.Version} of {project.Name}: {RegistryText.Rule(rule)}"), now);
            return true;
        }

        return false;
    }
}
