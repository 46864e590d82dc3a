namespace FewShotAD.Portal.Features.Notices;

/// <summary>How many notices are new to the person of a circuit: who has counted tells it, and all that shows the number hears of it.</summary>
public sealed class NoticeNews
{
    /// <summary>Called when the number is another one.</summary>
    public event Action? Changed;

    public int Count { get; private set; }

    public void Tell(int count)
    {
        if (count == Count)
            return;
        Count = count;
        Changed?.Invoke();
    }
}
