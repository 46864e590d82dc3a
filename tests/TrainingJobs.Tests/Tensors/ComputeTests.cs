using FewShotAD.TrainingJobs.Tensors;
using static TorchSharp.torch;

namespace FewShotAD.TrainingJobs.Tests.Tensors;

public sealed class ComputeTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData(" CPU ")]
    [InlineData("auto")]
    public void A_device_comes_with_the_reason_for_it(string asked)
    {
        var chosen = Configured(asked);
        var card = asked == "auto" && cuda.is_available();
        Assert.Equal(card ? "cuda:0" : "cpu", chosen.Name);
        Assert.Equal(asked != "auto" ? "The processor was asked for." : card ? "A graphics card is available." : "No graphics card is available.", chosen.Reason);
        Assert.Equal(get_num_threads(), chosen.Threads);
    }

    [Fact]
    public void TF32_is_off_whatever_it_was()
    {
        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (true, true);
        Configured("auto");
        Assert.Equal((false, false), (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
    }

    [Theory]
    [InlineData("abacus")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:one")]
    [InlineData("")]
    public void An_unknown_device_is_refused_with_the_choices(string asked)
    {
        var error = Assert.IsType<UnknownDevice>(Compute.Configure(asked, get_num_threads()).Error);
        Assert.Contains(Compute.Choices, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_that_is_not_there_is_an_error_and_never_the_processor()
    {
        var error = Assert.IsType<DeviceMissing>(Compute.Configure("cuda:99", get_num_threads()).Error);
        Assert.Contains("cuda:99", error.Message, StringComparison.Ordinal);
    }

    private static Compute Configured(string device) => Compute.Configure(device, get_num_threads()).Value;
}
