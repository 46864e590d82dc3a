using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class RunMomentConfiguration : IEntityTypeConfiguration<RunMoment>
{
    public void Configure(EntityTypeBuilder<RunMoment> builder)
    {
        builder.ToTable("RunMoments");
        builder.HasKey(moment => new { moment.TenantId, moment.RunId, moment.Sequence });
        builder.Property(moment => moment.Sequence).ValueGeneratedNever();
        builder.Property(moment => moment.Node).HasMaxLength(RunMoment.NodeMaxLength);
        builder.Property(moment => moment.Reason).HasMaxLength(RunMoment.ReasonMaxLength);
        builder.HasOne<TrainingRun>().WithMany().HasForeignKey(moment => new { moment.TenantId, moment.RunId }).OnDelete(DeleteBehavior.Cascade);
    }
}
