namespace FewShotAD.Infrastructure.Tests.Support;

/// <summary>The system's clock with an offset that a test may change; timers run in real time.</summary>
internal sealed class ManualTime : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Offset;
}
