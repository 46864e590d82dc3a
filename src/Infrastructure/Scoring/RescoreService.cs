using FewShotAD.Domain.Marks;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FewShotAD.Infrastructure.Scoring;

/// <summary>
/// Lets scores follow their projects' ignore regions, on every node. How far a project has come stands in its row: after a crash it goes
/// on there, and two nodes at one project only get in each other's way.
/// </summary>
internal sealed class RescoreService(CrossTenantDb across, Rescoring rescoring, TimeProvider time, ILogger<RescoreService> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Scores could not follow their ignore regions; it is tried again");
            }
        }
    }

    /// <summary>A step of each project in turn, so that a large one keeps no small one waiting.</summary>
    internal async Task WorkAsync(CancellationToken ct)
    {
        await using var reader = across.Open("Projects whose scores follow an ignore region");
        var waiting = await reader.All<ProjectIgnore>()
            .Where(region => region.IsRescoring)
            .Select(region => new { region.TenantId, region.ProjectId })
            .ToListAsync(ct);
        while (waiting.Count > 0)
        {
            foreach (var region in waiting.ToList())
            {
                if (!await rescoring.StepAsync(region.TenantId, region.ProjectId, ct))
                    waiting.Remove(region);
            }
        }
    }
}
