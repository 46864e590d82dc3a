using System.Globalization;
using FewShotAD.Domain.Common;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace FewShotAD.Portal.Features.Evaluation;

/// <summary>A model on paper: what it is, how well it works and on what that rests, for people who do not use the portal.</summary>
public sealed partial class ReportPage
{
    private GetEvaluation.Answer? answer;
    private IJSObjectReference? module;
    private DateTimeOffset made;

    [Parameter]
    public string IdText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "model")]
    private string? ModelText { get; set; }

    [Inject]
    private GetEvaluation Get { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var project = new ProjectId(Guid.TryParse(IdText, out var guid) ? guid : Guid.Empty);
        ModelId? model = Guid.TryParse(ModelText, out var named) ? new ModelId(named) : null;
        var got = await Get.HandleAsync(Actor, new GetEvaluation.Request(project, model), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        (answer, made) = (got.Value, Clock.GetUtcNow());
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private async Task PrintAsync()
    {
        module ??= await Js.InvokeAsync<IJSObjectReference>("import", "/js/print.js");
        await module.InvokeVoidAsync("printPage");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await JsLifetime.DisposeAsync(null, module);
    }
}
