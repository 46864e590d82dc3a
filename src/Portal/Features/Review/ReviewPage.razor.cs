using FewShotAD.Domain.Common;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Infrastructure.Review;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;
using MudBlazor;

namespace FewShotAD.Portal.Features.Review;

/// <summary>
/// The queue at work. Keys, images and verdicts run in the browser (<c>review.js</c>, by HTTP); the circuit shows what may come a
/// moment later: the side panel, the counts, the colleagues.
/// </summary>
public sealed partial class ReviewPage
{
    private static readonly TimeSpan Seldom = TimeSpan.FromMilliseconds(300);

    /// <summary>For what happened on another node, and for leases that ran out.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(10);

    private static (QueueFilter Value, string Word)[] Filters =>
    [
        (QueueFilter.All, SharedTexts.All), (QueueFilter.Mine, ReviewTexts.Mine), (QueueFilter.Uncertain, SharedTexts.Uncertain), (QueueFilter.Defect, SharedTexts.Defect),
        (QueueFilter.SecondReviews, ReviewTexts.SecondReviews), (QueueFilter.Conflicts, ReviewTexts.Conflicts),
    ];

    private readonly SemaphoreSlim nudge = new(0, 1);
    private GetReviewDesk.Answer? desk;
    private ReviewCounts counts = ReviewCounts.None;
    private IReadOnlyList<ReviewerHere> others = [];
    private GetReviewCase.Answer? shown;
    private QueueFilter filter = QueueFilter.All;
    private bool mayReview;
    private bool mayWrite;
    private ElementReference root;
    private DotNetObjectReference<ReviewPage>? self;
    private IJSObjectReference? module;
    private IJSObjectReference? review;
    private ReviewSeat? seat;

    [Parameter]
    public string IdText { get; set; } = "";

    [SupplyParameterFromQuery(Name = "filter")]
    private string? FilterText { get; set; }

    [Inject]
    private GetReviewDesk Desk { get; set; } = null!;

    [Inject]
    private ListQueue Queue { get; set; } = null!;

    [Inject]
    private GetReviewCase Case { get; set; } = null!;

    [Inject]
    private AssignReview Assign { get; set; } = null!;

    [Inject]
    private AcceptReviewed Accept { get; set; } = null!;

    [Inject]
    private ReviewEvents Events { get; set; } = null!;

    [Inject]
    private IOptions<ReviewOptions> Options { get; set; } = null!;

    [Inject]
    private AntiforgeryStateProvider Antiforgery { get; set; } = null!;

    [Inject]
    private AuthenticationStateProvider Authentication { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    [Inject]
    private TimeProvider Clock { get; set; } = null!;

    /// <summary>The browser shows another image, or none because it was given none.</summary>
    [JSInvokable]
    public async Task OnShown(string? result)
    {
        if (await ReadThroughAsync(() => ShowAsync(result)))
            return;
        // Rather nothing beside the image than the figures of another one.
        shown = null;
        StateHasChanged();
    }

    private async Task ShowAsync(string? result)
    {
        var got = Guid.TryParse(result, out var id) ? await Case.HandleAsync(Actor, new ResultId(id), Closing) : default(Result<GetReviewCase.Answer>?);
        shown = got is { Succeeded: true } ? got.Value.Value : null;
        seat?.Open(shown?.Result.Id, shown is null ? null : Path.GetFileName(shown.Image.Name));
        if (shown is null)
            await CountAsync();
        StateHasChanged();
    }

    [JSInvokable]
    public Task OnKeys() => Dialogs.ShowAsync<ReviewKeysDialog>(ReviewTexts.Keys);

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var got = await Desk.HandleAsync(Actor, new ProjectId(Guid.TryParse(IdText, out var id) ? id : Guid.Empty), ct);
        if (!got.Succeeded)
        {
            Failure = got.Error;
            return;
        }

        desk = got.Value;
        (mayReview, mayWrite) = (Actor.Require(TeamPermissions.Review).Succeeded, Actor.Require(TeamPermissions.Write).Succeeded);
        filter = Enum.TryParse<QueueFilter>(FilterText, ignoreCase: true, out var chosen) && Enum.IsDefined(chosen) ? chosen : QueueFilter.All;
        await CountAsync();
    }

    protected override async Task ScriptAsync(bool firstRender)
    {
        if (desk?.Model is not { } model || module is not null)
            return;
        self = DotNetObjectReference.Create(this);
        module = await Js.InvokeAsync<IJSObjectReference>("import", "/js/review.js");
        review = await module.InvokeAsync<IJSObjectReference>("createReview", root, self, new
        {
            project = desk.Project.Id.Value,
            user = Actor.User.Value,
            token = Antiforgery.GetAntiforgeryToken()?.Value,
            filter = Word(filter),
            // Three times before it runs out.
            renewMs = Math.Min(60_000, Options.Value.LeaseSeconds * 1000 / 3),
            mayReview,
            scale = new { low = model.Calibration.ScaleLow, high = model.Calibration.ScaleHigh, threshold = model.Calibration.PixelThreshold },
            types = desk.DefectTypes,
            shots = desk.Shots.Select(shot => shot.Value),
        });
        if (mayReview)
        {
            var user = (await Authentication.GetAuthenticationStateAsync()).User;
            var name = desk.Reviewers.FirstOrDefault(r => r.User == Actor.User)?.Name ?? user.Identity?.Name ?? "";
            seat = Events.Join(Actor.Tenant, desk.Project.Id, Actor.User, name, Nudge);
        }

        _ = FollowAsync();
    }

    private static Dictionary<string, object?> Test(string name) => new() { ["data-test"] = name };

    private static string Initial(string name) => name.Length == 0 ? "?" : name[..1].ToUpperInvariant();

    private static string Images(int count) => Plural.Of(count, SharedTexts.CountedImage, ReviewTexts.Images);

    private static string Word(QueueFilter value) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName($"{value}");

    private void Nudge()
    {
        try
        {
            nudge.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
        catch (ObjectDisposedException)
        {
            // The page was left at this moment.
        }
    }

    /// <summary>Counts anew when something happened here, and every so often.</summary>
    private async Task FollowAsync()
    {
        try
        {
            while (!Closing.IsCancellationRequested)
            {
                await nudge.WaitAsync(Often, Closing);
                await InvokeAsync(async () =>
                {
                    await TryAsync(CountAsync);
                    StateHasChanged();
                    if (review is not null && counts.Of(filter) > 0)
                        await review.InvokeVoidAsync("wake", Closing);
                });
                await Task.Delay(Seldom, Clock, Closing);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (JSDisconnectedException)
        {
            // So was the browser.
        }
        catch (ObjectDisposedException)
        {
            // So was the circuit.
        }
    }

    private async Task CountAsync()
    {
        var answer = await Queue.HandleAsync(Actor, new ListQueue.Request(desk!.Project.Id, filter, 0), Closing);
        counts = answer.Succeeded ? answer.Value.Counts : counts;
        others = Events.Others(Actor.Tenant, desk.Project.Id, Actor.User);
    }

    private async Task FilterAsync(QueueFilter value)
    {
        filter = value;
        if (review is not null)
            await review.InvokeVoidAsync("setFilter", Closing, Word(value));
        Navigation.NavigateTo(value == QueueFilter.All ? $"/projects/{desk!.Project.Id}/review" : $"/projects/{desk!.Project.Id}/review?filter={Word(value)}", replace: true);
    }

    private async Task AssignAsync()
    {
        var parameters = new DialogParameters<AssignDialog>
        {
            { d => d.Members, mayWrite ? desk!.Reviewers : [.. desk!.Reviewers.Where(r => r.User == Actor.User)] }, { d => d.Me, Actor.User },
        };
        var dialog = await Dialogs.ShowAsync<AssignDialog>(ReviewTexts.AssignImages, parameters);
        if (await dialog.Result is not { Canceled: false, Data: AssignDialog.Choice choice })
            return;
        var assigned = await Assign.HandleAsync(Actor, new(desk!.Project.Id, null, choice.Next, choice.To, choice.TakeBack), Closing);
        if (assigned is { Succeeded: true, Value: 0 })
        {
            Snackbar.Add(choice.TakeBack ? ReviewTexts.NothingIsAssignedToThisPerson : ReviewTexts.NothingIsFreeToAssign, Severity.Info);
            return;
        }

        Snackbar.Add(
            assigned.Succeeded ? (choice.TakeBack
                    ? Plural.Of(assigned.Value, ReviewTexts.ImageTakenBack, ReviewTexts.ImagesTakenBack)
                    : Plural.Of(assigned.Value, ReviewTexts.ImageAssigned, ReviewTexts.ImagesAssigned)) : assigned.Error.Message,
            assigned.Succeeded ? Severity.Success : Severity.Error);
        await CountAsync();
    }

    private async Task AcceptAsync()
    {
        var accepted = await Accept.HandleAsync(Actor, new(desk!.Project.Id), Closing);
        Snackbar.Add(accepted.Succeeded ? ReviewTexts.AcceptedAndLocked.With(accepted.Value) : accepted.Error.Message, accepted.Succeeded ? Severity.Success : Severity.Error);
        await CountAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        seat?.Dispose();
        await JsLifetime.DisposeAsync(review, module);
        self?.Dispose();
        nudge.Dispose();
    }
}
