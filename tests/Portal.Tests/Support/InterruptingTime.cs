namespace FewShotAD.Portal.Tests.Support;

/// <summary>
/// A clock that lets something else happen when it is first asked: a handler that reads the time between its look and its write
/// is interrupted there, every time and not by luck.
/// </summary>
internal sealed class InterruptingTime(Func<Task> meanwhile) : TimeProvider
{
    private bool interrupted;

    public override DateTimeOffset GetUtcNow()
    {
        if (!interrupted)
        {
            interrupted = true;
            // A thread of its own: the handler's waits here, as it would for a slow disk.
            Task.Run(meanwhile).GetAwaiter().GetResult();
        }

        return System.GetUtcNow();
    }
}
