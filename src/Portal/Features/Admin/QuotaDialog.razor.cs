using System.Globalization;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace FewShotAD.Portal.Features.Admin;

/// <summary>What one team may have.</summary>
public partial class QuotaDialog
{
    private const double Gigabyte = 1L << 30;

    private IReadOnlyList<Field> fields = [];
    private string? error;

    [Parameter, EditorRequired]
    public ListTenants.Item Team { get; set; } = null!;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = null!;

    [Inject]
    private SetTeamQuota Set { get; set; } = null!;

    protected override void OnInitialized()
    {
        var (set, configured, usage) = (Team.Set?.Choices, Team.Configured, Team.Usage);
        fields =
        [
            new("images", SharedTexts.Images, AdminTexts.Images, 1, set?.Images, configured.Images, usage.Images, Number),
            new("bytes", AdminTexts.StorageOfImages, SharedTexts.GB, Gigabyte, set?.Bytes, configured.Bytes, usage.Bytes, ByteText.Of),
            new("runs", AdminTexts.WaitingRuns, AdminTexts.Runs, 1, set?.QueuedRuns, configured.QueuedRuns, usage.QueuedRuns, Number),
        ];
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private async Task SaveAsync()
    {
        if (IsBusy || Actor.From((await Authentication).User) is not { } actor)
            return;
        var choices = new QuotaChoices(fields[0].Choice, fields[1].Choice, fields[2].Choice);
        var saved = await WhileBusyAsync(() => Set.HandleAsync(actor, new SetTeamQuota.Request(Team.Tenant, choices), CancellationToken.None));
        if (saved.Succeeded)
            Dialog.Close(DialogResult.Ok(true));
        else
            error = saved.Error.Message;
    }

    /// <param name="unit">What people enter is this many of what is counted.</param>
    private sealed class Field(
        string key, string title, string unit, double unitSize, QuotaChoice? set, long? configured, long used, Func<long, string> text)
    {
        public string Key => key;

        public string Title => title;

        public string Unit => unit;

        public string Configured => configured is { } most ? text(most) : AdminTexts.NoLimitInText;

        public string Used => text(used);

        public QuotaMode Mode { get; set; } = set?.Mode ?? QuotaMode.AsConfigured;

        public double? Most { get; set; } = (set?.Most ?? configured) / unitSize;

        public QuotaChoice Choice => new(Mode, Mode == QuotaMode.AtMost && Most is { } most ? (long)Math.Round(most * unitSize) : null);
    }
}
