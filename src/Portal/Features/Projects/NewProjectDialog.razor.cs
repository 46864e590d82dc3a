using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace FewShotAD.Portal.Features.Projects;

public partial class NewProjectDialog
{
    private string? name;
    private string? description;
    private string? error;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = null!;

    [Inject]
    private CreateProject Create { get; set; } = null!;

    private Task SubmitOnEnterAsync(KeyboardEventArgs key) => key.Key == "Enter" ? SubmitAsync() : Task.CompletedTask;

    private async Task SubmitAsync()
    {
        if (IsBusy || Actor.From((await Authentication).User) is not { } actor)
            return;
        var created = await WhileBusyAsync(() => Create.HandleAsync(actor, new CreateProject.Request(name, description), CancellationToken.None));
        if (created.Succeeded)
            Dialog.Close(DialogResult.Ok(created.Value));
        else
            error = created.Error.Message;
    }
}
