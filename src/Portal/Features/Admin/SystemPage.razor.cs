using FewShotAD.Domain.Training;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using MudBlazor;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>Who waits for what, and which part of the installation does not work and why.</summary>
public partial class SystemPage
{
    private static readonly RunStatus[] States = Enum.GetValues<RunStatus>();

    private IReadOnlyList<GetQueue.Row>? queue;
    private IReadOnlyList<GetHealth.Part>? health;
    private DateTimeOffset readAt;

    [Inject]
    private GetQueue Queue { get; set; } = null!;

    [Inject]
    private GetHealth Health { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var (runs, parts) = (await Queue.HandleAsync(Actor, ct), await Health.HandleAsync(Actor, ct));
        Failure = runs.Error ?? parts.Error;
        if (Failure is null)
            (queue, health, readAt) = (runs.Value, parts.Value, Time.GetUtcNow());
    }

    private static (string Css, string Icon, string Word) Look(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => ("ok", Icons.Material.Outlined.CheckCircle, AdminTexts.Works),
        HealthStatus.Degraded => ("uncertain", Icons.Material.Outlined.WarningAmber, AdminTexts.NeedsALook),
        _ => ("error", Icons.Material.Outlined.ErrorOutline, AdminTexts.Fails),
    };
}
