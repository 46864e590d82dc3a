using FewShotAD.Domain.Common;
using FewShotAD.Domain.Images;
using FewShotAD.Domain.Review;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Portal.Features.Projects;
using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace FewShotAD.Portal.Features.Review;

/// <summary>What is decided: to accept, to reopen, to put to use.</summary>
public sealed partial class DecidedPage
{
    private const int PageSize = 100;

    private readonly HashSet<ResultId> chosen = [];
    private GetProject.Answer? project;
    private ListReviewed.Answer? answer;
    private ReviewDecision? decision;
    private int page;
    private bool mayWrite;
    private bool asking;
    private string reason = "";

    [Parameter]
    public string IdText { get; set; } = "";

    [Inject]
    private GetProject Get { get; set; } = null!;

    [Inject]
    private ListReviewed List { get; set; } = null!;

    [Inject]
    private AcceptReviewed Accept { get; set; } = null!;

    [Inject]
    private UseVerified Use { get; set; } = null!;

    [Inject]
    private ReopenReview Reopen { get; set; } = null!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = null!;

    protected override async Task LoadAsync(CancellationToken ct)
    {
        var id = new ProjectId(Guid.TryParse(IdText, out var value) ? value : Guid.Empty);
        var got = await Get.HandleAsync(Actor, id, ct);
        Failure = got.Error;
        if (!got.Succeeded)
            return;
        project = got.Value;
        mayWrite = Actor.Require(TeamPermissions.Write).Succeeded;
        var read = await List.HandleAsync(Actor, new ListReviewed.Request(id, decision, page * PageSize, PageSize), ct);
        Failure = read.Error;
        answer = read.Succeeded ? read.Value : null;
        chosen.IntersectWith(answer?.Items.Select(item => item.Id) ?? []);
    }

    private static Dictionary<string, object?> Test(string name) => new() { ["data-test"] = name };

    private static string UsedAs(ListReviewed.Item item) => (item.Split, item.Label) switch
    {
        (ImageSplit.Support, _) => ReviewTexts.SupportShot,
        (ImageSplit.Test, ImageLabel.Defective) => ReviewTexts.TestDefective,
        (ImageSplit.Test, ImageLabel.Normal) => ReviewTexts.TestGood,
        (ImageSplit.Test, _) => SharedTexts.Test,
        _ => ReviewTexts.Unassigned,
    };

    private void Choose(ResultId id, bool on)
    {
        if (on)
            chosen.Add(id);
        else
            chosen.Remove(id);
    }

    private void ChooseAll(bool on)
    {
        chosen.Clear();
        if (on)
            chosen.UnionWith(answer!.Items.Select(item => item.Id));
    }

    private Task FilterAsync(ReviewDecision? value)
    {
        (decision, page) = (value, 0);
        return ReloadAsync();
    }

    private Task TurnAsync(int by)
    {
        page += by;
        return ReloadAsync();
    }

    private async Task AcceptAsync() =>
        await DoneAsync(await Accept.HandleAsync(Actor, new(project!.Project.Id, [.. chosen]), Closing), done => Plural.Of(done, ReviewTexts.ImageAcceptedAndLocked, ReviewTexts.ImagesAcceptedAndLocked));

    private async Task UseAsync(VerifiedUse use) => await DoneAsync(
        await Use.HandleAsync(Actor, new(project!.Project.Id, [.. chosen], use), Closing), done => use == VerifiedUse.Support
            ? Plural.Of(done, ReviewTexts.ImageAddedToTheSupportSet, ReviewTexts.ImagesAddedToTheSupportSet)
            : Plural.Of(done, ReviewTexts.ImageLabelledAsDefectsInTheTest, ReviewTexts.ImagesLabelledAsDefectsInTheTest));

    private async Task ReopenAsync()
    {
        var (done, failure) = (0, (Error?)null);
        foreach (var id in chosen)
        {
            var reopened = await Reopen.HandleAsync(Actor, new(id, reason), Closing);
            failure ??= reopened.Error;
            done += reopened.Succeeded ? 1 : 0;
        }

        (asking, reason) = (false, "");
        await DoneAsync(failure is null ? done : failure, again => Plural.Of(again, ReviewTexts.ImageOpenAgain, ReviewTexts.ImagesOpenAgain));
    }

    private async Task DoneAsync(Result<int> result, Func<int, string> words)
    {
        Snackbar.Add(result.Succeeded ? words(result.Value) : result.Error.Message, result.Succeeded ? Severity.Success : Severity.Error);
        if (result.Succeeded)
            chosen.Clear();
        await ReloadAsync();
    }
}
