using FewShotAD.Domain.Common;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Stability;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Stability;

/// <summary>How large a study shall be, what that takes, and its start.</summary>
public sealed partial class StudyForm : IDisposable
{
    private readonly CancellationTokenSource closing = new();
    private PlanStudy.Answer? plan;
    private Error? failure;
    private ModelId? planned;
    private int sets = new StudySize().Sets;
    private int seeds = new StudySize().Seeds;
    private bool? fromTest;

    [Parameter, EditorRequired]
    public TrainedModel Model { get; set; } = null!;

    [Parameter, EditorRequired]
    public Actor Actor { get; set; } = null!;

    [Parameter]
    public EventCallback<StudyId> Started { get; set; }

    /// <summary>Left out where the form is all there is.</summary>
    [Parameter]
    public EventCallback Closed { get; set; }

    [Inject]
    private PlanStudy Plan { get; set; } = null!;

    [Inject]
    private StartStudy Start { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        if (planned == Model.Id)
            return;
        await PlanAsync();
        planned = Model.Id;
    }

    private async Task PlanAsync()
    {
        var answer = await Plan.HandleAsync(Actor, new(Model.ProjectId, Model.Id, sets, seeds, fromTest), closing.Token);
        failure = answer.Error;
        plan = answer.Succeeded ? answer.Value : plan;
    }

    private Task FromTestAsync(ChangeEventArgs change)
    {
        fromTest = change.Value is true;
        return PlanAsync();
    }

    private async Task StartAsync()
    {
        var started = await WhileBusyAsync(() => Start.HandleAsync(Actor, new(Model.ProjectId, Model.Id, sets, seeds, fromTest), closing.Token));
        failure = started.Error;
        if (started.Succeeded)
            await Started.InvokeAsync(started.Value);
    }

    public void Dispose()
    {
        closing.Cancel();
        closing.Dispose();
    }
}
