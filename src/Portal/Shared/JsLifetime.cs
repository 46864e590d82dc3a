using Microsoft.JSInterop;

namespace FewShotAD.Portal.Shared;

public static class JsLifetime
{
    /// <summary>Ends JavaScript objects (their own <c>dispose</c>, then the reference). A circuit that is gone has ended them already.</summary>
    public static async Task DisposeAsync(IJSObjectReference? owner, IJSObjectReference? module = null)
    {
        try
        {
            if (owner is not null)
            {
                await owner.InvokeVoidAsync("dispose");
                await owner.DisposeAsync();
            }

            if (module is not null)
                await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser left: nothing is there to end.
        }
        catch (OperationCanceledException)
        {
            // The circuit is shutting down.
        }
    }
}
