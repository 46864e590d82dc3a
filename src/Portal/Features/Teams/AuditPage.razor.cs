using FewShotAD.Domain.Auditing;
using FewShotAD.Domain.Common;
using FewShotAD.Infrastructure.Persistence;
using FewShotAD.Portal.Api;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>Who did what. The filter lives in the address.</summary>
public partial class AuditPage
{
    private const int PageSize = 100;

    private List<AuditEntry>? entries;
    private IReadOnlyList<(Guid Id, string Name)> people = [];
    private long? next;
    private AuditFilter filter = new();
    private string? known;
    private bool verifying;
    private AuditVerdict? verdict;

    [SupplyParameterFromQuery(Name = "person")]
    private string? Person { get; set; }

    [SupplyParameterFromQuery(Name = "action")]
    private string? Action { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    private string? From { get; set; }

    [SupplyParameterFromQuery(Name = "until")]
    private string? Until { get; set; }

    [Inject]
    private ListAudit List { get; set; } = null!;

    [Inject]
    private ListTeam Team { get; set; } = null!;

    [Inject]
    private VerifyAudit Verify { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var read = AuditQuery.Read(Person, Action, From, Until);
        if (!read.Succeeded)
        {
            Failure = read.Error;
            return;
        }

        filter = read.Value;
        var listed = await List.HandleAsync(Actor, new ListAudit.Request(filter, null, PageSize), ct);
        if (!listed.Succeeded)
        {
            Failure = listed.Error;
            return;
        }

        (entries, next) = ([.. listed.Value.Items], listed.Value.Next);
        var team = await Team.HandleAsync(Actor, ct);
        people = team.Succeeded ? [.. team.Value.Items.Select(m => (m.User.Value, $"{m.Name} ({m.Email})"))] : [];
    }

    private async Task MoreAsync()
    {
        var older = await List.HandleAsync(Actor, new ListAudit.Request(filter, next, PageSize), Closing);
        if (!older.Succeeded)
            return;
        entries!.AddRange(older.Value.Items);
        next = older.Value.Next;
    }

    private async Task VerifyAsync()
    {
        (verifying, verdict) = (true, null);
        var checkedTrail = await Verify.HandleAsync(Actor, new VerifyAudit.Request(known), Closing);
        verifying = false;
        (verdict, Failure) = (checkedTrail.Succeeded ? checkedTrail.Value : null, checkedTrail.Error);
    }

    private void Go(string name, ChangeEventArgs change) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, string.IsNullOrEmpty((string?)change.Value) ? null : (string)change.Value));

    private string Download(string format) => QueryHelpers.AddQueryString(
        $"{Api.Rest.RestGroup.Root}/audit/export",
        new Dictionary<string, string?> { ["format"] = format, ["person"] = Person, ["action"] = Action, ["from"] = From, ["until"] = Until }.Where(q => !string.IsNullOrEmpty(q.Value)));
}
