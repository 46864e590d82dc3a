using System.ComponentModel.DataAnnotations;
using FewShotAD.Domain.Common;
using FewShotAD.Domain.Notices;
using FewShotAD.Domain.Registrations;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Training;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Notices;

/// <summary>Section <c>Notices</c>.</summary>
public sealed class NoticeOptions
{
    public const string Section = "Notices";

    /// <summary>How long notices are kept, read or not.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How often it is looked whether a study or the training of a registration model has ended.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(15);
}

/// <summary>
/// Tells the end of what several runs are a part of, which no single row says, and sweeps old notices. A notice has the id of what it tells, so
/// of two nodes that look at once one is refused.
/// </summary>
public sealed class NoticeClock(PortalDb db, CrossTenantDb across, IOptions<NoticeOptions> options, TimeProvider time, ILogger<NoticeClock> log) : BackgroundService
{
    /// <summary>What ended longer ago was told, and its notice may have been swept since.</summary>
    private static readonly TimeSpan Recent = TimeSpan.FromDays(1);

    private static readonly TimeSpan SweepPause = TimeSpan.FromHours(1);

    private DateTimeOffset swept;

    public async Task LookAsync(CancellationToken ct)
    {
        await using var reader = across.Open("Studies and registration models of all teams that have ended");
        var since = time.GetUtcNow() - Recent;
        var ended = reader.All<TrainingRun>().Where(r => r.EndedAt > since && (r.Status == RunStatus.Succeeded || r.Status == RunStatus.Failed));
        var studies = await ended.Where(r => r.StudyId != null).Select(r => new { r.TenantId, Id = r.StudyId!.Value }).Distinct().ToListAsync(ct);
        foreach (var study in studies)
            await TellAsync(study.TenantId, new NoticeId(study.Id.Value), context => StudyAsync(context, study.Id, ct), ct);
        var registrations = await ended.Where(r => r.TrainsRegistration != null).Select(r => new { r.TenantId, r.Id }).ToListAsync(ct);
        foreach (var run in registrations)
            await RegistrationAsync(run.TenantId, run.Id, ct);
    }

    public async Task SweepAsync(CancellationToken ct)
    {
        var old = time.GetUtcNow() - options.Value.Keep;
        List<TenantId> tenants;
        await using (var reader = across.Open("Notices whose time is over"))
            tenants = await reader.All<Notice>().Where(n => n.At < old).Select(n => n.TenantId).Distinct().ToListAsync(ct);
        foreach (var tenant in tenants)
        {
            await using var context = db.ForTenant(tenant);
            await context.Notices.Where(n => n.At < old).ExecuteDeleteAsync(ct);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
                if (time.GetUtcNow() - swept < SweepPause)
                    continue;
                await SweepAsync(stoppingToken);
                swept = time.GetUtcNow();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "Notices could not be looked after and are in {Interval}", options.Value.Interval);
            }
        }
    }

    private async Task<Notice?> StudyAsync(PortalDbContext context, StudyId id, CancellationToken ct)
    {
        var study = await context.Studies.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, ct);
        var runs = await context.Runs.Where(r => r.StudyId == id).Select(r => r.Status).ToListAsync(ct);
        // One that was cancelled is no news to whoever cancelled it.
        return study is not null && StabilityStudy.StatusOf(runs) is RunStatus.Succeeded or RunStatus.Failed ? Notice.OfStudy(study, runs, time.GetUtcNow()) : null;
    }

    private async Task RegistrationAsync(TenantId tenant, RunId id, CancellationToken ct)
    {
        RegistrationModel? registration;
        string? failure;
        await using (var context = db.ForTenant(tenant))
        {
            registration = await context.Registrations.AsNoTracking().FirstOrDefaultAsync(r => r.RunId == id, ct);
            failure = await context.Runs.Where(r => r.Id == id).Select(r => r.FailureReason).FirstOrDefaultAsync(ct);
        }

        if (registration is not null)
            await TellAsync(tenant, new NoticeId(registration.Id.Value), _ => Task.FromResult<Notice?>(Notice.OfRegistration(registration, failure, time.GetUtcNow())), ct);
    }

    private async Task TellAsync(TenantId tenant, NoticeId id, Func<PortalDbContext, Task<Notice?>> make, CancellationToken ct) => await db.ChangeAsync(
        tenant,
        async context =>
        {
            if (!await context.Notices.AnyAsync(n => n.Id == id, ct) && await make(context) is { } notice)
                context.Notices.Add(notice);
            return Result.Ok;
        },
        ct);
}
