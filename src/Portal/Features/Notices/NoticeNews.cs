using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Notices;

/// <summary>How many notices are new to the person of a circuit: the app bar looks, and pages that show notices hear of it.</summary>
public sealed class NoticeNews(CountNotices notices)
{
    /// <summary>Called when the number is another one.</summary>
    public event Action? Changed;

    public int Count { get; private set; }

    public async Task LookAsync(Actor actor, CancellationToken ct)
    {
        var count = await notices.HandleAsync(actor, ct);
        if (count == Count)
            return;
        Count = count;
        Changed?.Invoke();
    }
}
