using System.Globalization;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Teams;

/// <summary>The keys that programs of the team use.</summary>
public partial class KeysPage
{
    private static (TeamPermissions Scope, string Text)[] Scopes =>
    [
        (TeamPermissions.Read, TeamsTexts.Everything), (TeamPermissions.Review, TeamsTexts.VerdictsAndComments), (TeamPermissions.Score, TeamsTexts.ImagesThatAreNotKept),
        (TeamPermissions.Write, TeamsTexts.ProjectsImagesTraining),
    ];

    private IReadOnlyList<ListApiKeys.Item>? keys;
    private string? name;
    private TeamPermissions scopes = TeamPermissions.Read;
    private int perMinute = ApiKey.DefaultRequestsPerMinute;
    private DateOnly? expiry;
    private string? token;

    [Inject]
    private ListApiKeys List { get; set; } = null!;

    [Inject]
    private CreateApiKey Create { get; set; } = null!;

    [Inject]
    private RevokeApiKey Revoke { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var listed = await List.HandleAsync(Actor, ct);
        (keys, Failure) = (listed.Succeeded ? listed.Value : null, listed.Error);
    }

    private static string Day(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task CreateAsync()
    {
        // The day that was chosen is the last one on which the key works.
        DateTimeOffset? ends = expiry is { } day ? new DateTimeOffset(day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) : null;
        var made = await Create.HandleAsync(Actor, new CreateApiKey.Request(name, scopes, perMinute, ends), Closing);
        if (!made.Succeeded)
        {
            Snackbar.Add(made.Error.Message, Severity.Error);
            return;
        }

        token = made.Value.Token;
        name = null;
        await ReloadAsync();
    }

    private async Task RevokeAsync(ListApiKeys.Item key)
    {
        var sure = await Dialogs.ShowMessageBoxAsync(
            TeamsTexts.RevokeNamed.With(key.Name), TeamsTexts.TheProgramThatUsesItIsRefused, yesText: TeamsTexts.RevokeWord, cancelText: SharedTexts.Keep);
        if (sure != true)
            return;
        token = null;
        var revoked = await Revoke.HandleAsync(Actor, key.Id, Closing);
        Snackbar.Add(revoked.Succeeded ? TeamsTexts.KeyRevoked : revoked.Error.Message, revoked.Succeeded ? Severity.Success : Severity.Error);
        await ReloadAsync();
    }
}
