using FewShotAD.Domain.Auditing;
using FewShotAD.Infrastructure.Identity;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>What was done to the installation, and by whom.</summary>
public partial class PlatformAuditPage
{
    private const int PageSize = 100;

    private List<PlatformEntry>? entries;
    private IReadOnlyList<AdministratorAccount> administrators = [];
    private long? next;
    private string? known;
    private bool verifying;
    private AuditVerdict? verdict;

    [Inject]
    private ListPlatformAudit List { get; set; } = null!;

    [Inject]
    private ListAdministrators Administrators { get; set; } = null!;

    [Inject]
    private VerifyPlatformAudit Verify { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var (listed, people) = (await List.HandleAsync(Actor, new ListPlatformAudit.Request(null, PageSize), ct), await Administrators.HandleAsync(Actor, ct));
        Failure = listed.Error ?? people.Error;
        if (Failure is null)
            (entries, next, administrators) = ([.. listed.Value.Items], listed.Value.Next, people.Value);
    }

    private async Task MoreAsync()
    {
        var older = await List.HandleAsync(Actor, new ListPlatformAudit.Request(next, PageSize), Closing);
        if (!older.Succeeded)
            return;
        entries!.AddRange(older.Value.Items);
        next = older.Value.Next;
    }

    private async Task VerifyAsync()
    {
        (verifying, verdict) = (true, null);
        var trail = await Verify.HandleAsync(Actor, new VerifyPlatformAudit.Request(known), Closing);
        verifying = false;
        (verdict, Failure) = (trail.Succeeded ? trail.Value : null, trail.Error);
    }
}
