using FewShotAD.Domain.Common;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Jobs.Worker;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Jobs;

/// <summary>
/// Deletes work directories that nobody will go on with: of runs that succeeded, are deleted, or failed or were cancelled so long
/// ago that their checkpoint is given up; then the run says that there is none. A paused run keeps its own.
/// </summary>
public sealed class WorkSweeper
{
    private readonly WorkPaths work;
    private readonly CrossTenantDb across;
    private readonly PortalDb db;
    private readonly IOptions<TrainingOptions> options;
    private readonly TimeProvider time;

    internal WorkSweeper(WorkPaths work, CrossTenantDb across, PortalDb db, IOptions<TrainingOptions> options, TimeProvider time) =>
        (this.work, this.across, this.db, this.options, this.time) = (work, across, db, options, time);

    /// <returns>How many directories were deleted.</returns>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        if (!Directory.Exists(work.Root))
            return 0;
        await using var reader = across.Open("Sweeping work directories, which are named by run alone");
        var deleted = 0;
        foreach (var path in Directory.EnumerateDirectories(work.Root).ToList())
        {
            if (!Guid.TryParseExact(Path.GetFileName(path), "N", out var id) || WorkDirectory.HasLivingWorker(path))
                continue;
            var run = new RunId(id);
            var state = await reader.All<TrainingRun>().Where(r => r.Id == run).Select(r => new { r.TenantId, r.Status, r.EndedAt }).FirstOrDefaultAsync(ct);
            if (state is not null && !IsGivenUp(state.Status, state.EndedAt))
                continue;
            // First: a resume between the two finds no checkpoint and begins anew, which it says.
            if (state is not null && state.Status != RunStatus.Succeeded && !await ForgetAsync(state.TenantId, run, ct))
                continue;
            work.DeleteQuietly(run);
            deleted++;
        }

        return deleted;
    }

    /// <returns>False when it was resumed since it was looked at.</returns>
    private async Task<bool> ForgetAsync(TenantId tenant, RunId id, CancellationToken ct)
    {
        var forgotten = await db.ChangeAsync(
            tenant,
            async context => await context.Runs.FirstOrDefaultAsync(r => r.Id == id, ct) is { } run ? run.ForgetCheckpoint() : Result.Ok,
            ct);
        return forgotten.Succeeded;
    }

    private bool IsGivenUp(RunStatus status, DateTimeOffset? endedAt) => status switch
    {
        RunStatus.Succeeded => true,
        RunStatus.Failed or RunStatus.Cancelled => endedAt + options.Value.KeepWork < time.GetUtcNow(),
        _ => false,
    };
}
