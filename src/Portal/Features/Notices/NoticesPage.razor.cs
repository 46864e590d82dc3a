using FewShotAD.Portal.Shared;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace FewShotAD.Portal.Features.Notices;

/// <summary>What happened while nobody need have looked, newest first; each leads to where something can be done about it.</summary>
public sealed partial class NoticesPage
{
    private const int PageSize = 50;

    private IReadOnlyList<ListNotices.Item>? items;
    private int wanted = PageSize;
    private bool more;

    [SupplyParameterFromQuery(Name = "show")]
    private string? ShowText { get; set; }

    [Inject]
    private ListNotices List { get; set; } = null!;

    [Inject]
    private ReadNotice Read { get; set; } = null!;

    [Inject]
    private ReadAllNotices ReadAll { get; set; } = null!;

    [Inject]
    private CountNotices Counting { get; set; } = null!;

    [Inject]
    private NoticeNews News { get; set; } = null!;

    [Inject]
    private IOptions<NoticeOptions> Options { get; set; } = null!;

    private bool OnlyNew => ShowText == "new";

    protected override async Task OnInitializedAsync()
    {
        await base.OnInitializedAsync();
        News.Changed += OnChanged;
    }

    protected override async Task LoadAsync(CancellationToken ct)
    {
        // One more than is shown tells whether there are older ones.
        var listed = await List.HandleAsync(Actor, new ListNotices.Request(OnlyNew, Take: wanted + 1), ct);
        (items, more) = ([.. listed.Take(wanted)], listed.Count > wanted);
    }

    public override async ValueTask DisposeAsync()
    {
        News.Changed -= OnChanged;
        await base.DisposeAsync();
    }

    /// <remarks>Without the page's token: the click that reads it may be the one that leaves the page.</remarks>
    private async Task ReadAsync(ListNotices.Item item)
    {
        if (!item.IsNew)
            return;
        await Read.HandleAsync(Actor, item.Notice.Id, CancellationToken.None);
        News.Tell(await Counting.HandleAsync(Actor, CancellationToken.None));
    }

    /// <summary>Up to the newest that is shown: what comes at this moment was not seen.</summary>
    private async Task ReadAllAsync()
    {
        if (items is not [var newest, ..])
            return;
        await ReadAll.HandleAsync(Actor, newest.Notice.At, Closing);
        News.Tell(await Counting.HandleAsync(Actor, Closing));
    }

    private Task MoreAsync()
    {
        wanted += PageSize;
        return ReloadAsync();
    }

    private void OnChanged() => _ = InvokeAsync(async () =>
    {
        if (Closing.IsCancellationRequested)
            return;
        await ReloadAsync();
        StateHasChanged();
    });
}
