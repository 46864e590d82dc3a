namespace FewShotAD.TrainingJobs.Tests.Support;

/// <summary>Whole seconds that only a test moves, or that pass one by one whenever somebody looks.</summary>
internal sealed class SecondClock(bool ticks = false) : TimeProvider
{
    public long Seconds { get; set; }

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => ticks ? ++Seconds : Seconds;
}
